/*
 * Stands between a process and its disk and clock (LD_PRELOAD). What is done to files under ROOST_SHIM_ROOT
 * is written to ROOST_SHIM_LOG with the times of CLOCK_MONOTONIC before and after, or refused as
 * ROOST_SHIM_CONTROL says, a file of the layout of `struct control` that may change at any time. Syncing
 * takes ROOST_SHIM_SYNC_US microseconds longer.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum kind { CREATE = 1, OPEN, WRITE, TRUNCATE, SYNC, SYNC_FOLDER, RENAME, UNLINK, MKDIR, RMDIR };
/* What is refused. GROWING: writes that make a file longer, and new names, as on a full disk. */
enum fault { NOTHING, GROWING, WRITING, SYNCING, READING };

struct control {
  int32_t fault;
  int32_t error;
  /* Refuses every n-th of what it would refuse; 1 refuses all. */
  int32_t every;
  int32_t refused;
  int64_t clock_offset_ns;
};

struct record {
  uint32_t kind, path_length, to_length, data_length;
  uint64_t from, until, file, offset;
};

#define FILES 65536
struct tracked {
  int is_folder;
  uint64_t file;
  char *path;
};
static struct tracked *_Atomic tracked[FILES];
static char root[PATH_MAX];
static size_t root_length;
static int log_fd = -1;
static useconds_t sync_takes;
static struct control *control;
static atomic_uint chances;
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name, type, ...)                                     \
  static type (*real)(__VA_ARGS__);                               \
  if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static uint64_t now(void) {
  struct timespec time;
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

__attribute__((constructor)) static void prepare(void) {
  const char *folder = getenv("ROOST_SHIM_ROOT");
  if (folder && realpath(folder, root)) root_length = strlen(root);
  const char *log = getenv("ROOST_SHIM_LOG");
  if (log) log_fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  const char *slow = getenv("ROOST_SHIM_SYNC_US");
  if (slow) sync_takes = (useconds_t)atoi(slow);
  const char *wishes = getenv("ROOST_SHIM_CONTROL");
  if (!wishes) return;
  int fd = (int)syscall(SYS_openat, AT_FDCWD, wishes, O_RDWR | O_CLOEXEC, 0);
  if (fd < 0) return;
  void *mapped = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (mapped != MAP_FAILED) control = mapped;
  syscall(SYS_close, fd);
}

/* The path below the root, or NULL. Roost and SQLite name their files by absolute paths. */
static const char *below(const char *path) {
  if (!root_length || !path || strncmp(path, root, root_length) != 0) return NULL;
  if (path[root_length] == 0) return "";
  return path[root_length] == '/' ? path + root_length + 1 : NULL;
}

static struct tracked *of(int fd) { return fd >= 0 && fd < FILES ? tracked[fd] : NULL; }

static int refuses(enum fault fault) {
  if (!control || control->fault != (int32_t)fault) return 0;
  uint32_t every = control->every > 1 ? (uint32_t)control->every : 1;
  if (atomic_fetch_add(&chances, 1) % every != 0) return 0;
  control->refused++;
  errno = control->error;
  return 1;
}

static int grows(int fd, off_t end) {
  struct stat info;
  return fstat(fd, &info) == 0 && end > info.st_size;
}

static int refuses_write(int fd, off_t end) {
  if (!of(fd)) return 0;
  return refuses(WRITING) || (control && control->fault == GROWING && grows(fd, end) && refuses(GROWING));
}

struct note {
  enum kind kind;
  uint64_t from, file, offset;
  const char *path, *to;
};

static void keep(struct note note, const struct iovec *data, int count, size_t length) {
  if (log_fd < 0) return;
  int error = errno;
  struct record record = {
      .kind = note.kind,
      .path_length = note.path ? (uint32_t)strlen(note.path) : 0,
      .to_length = note.to ? (uint32_t)strlen(note.to) : 0,
      .data_length = (uint32_t)length,
      .from = note.from,
      .until = now(),
      .file = note.file,
      .offset = note.offset,
  };
  struct iovec parts[64] = {{&record, sizeof record},
                            {(void *)note.path, record.path_length},
                            {(void *)note.to, record.to_length}};
  int used = 3;
  for (int at = 0; at < count && used < 64 && length > 0; at++) {
    size_t part = data[at].iov_len < length ? data[at].iov_len : length;
    parts[used++] = (struct iovec){data[at].iov_base, part};
    length -= part;
  }
  pthread_mutex_lock(&log_lock);
  /* A log that cannot be written would prove nothing. */
  if (length > 0 || syscall(SYS_writev, log_fd, parts, used) < 0) abort();
  pthread_mutex_unlock(&log_lock);
  errno = error;
}

static void forget(int fd) {
  if (fd < 0 || fd >= FILES) return;
  struct tracked *old = atomic_exchange(&tracked[fd], NULL);
  if (!old) return;
  free(old->path);
  free(old);
}

static void follow(int fd, const char *path, int flags, int existed, uint64_t from) {
  struct stat info;
  if (fd < 0 || fd >= FILES || fstat(fd, &info) != 0) return;
  struct tracked *file = malloc(sizeof *file);
  *file = (struct tracked){S_ISDIR(info.st_mode), info.st_ino, strdup(path)};
  forget(fd);
  tracked[fd] = file;
  if (file->is_folder || (flags & O_ACCMODE) == O_RDONLY) return;
  keep((struct note){existed ? OPEN : CREATE, from, file->file, 0, file->path, NULL}, NULL, 0, 0);
  if (existed && (flags & O_TRUNC))
    keep((struct note){TRUNCATE, from, file->file, 0, NULL, NULL}, NULL, 0, 0);
}

static int open_at(int folder, const char *path, int flags, mode_t mode) {
  const char *name = below(path);
  int existed = 1;
  if (name && (flags & O_CREAT)) {
    existed = syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;
    if (!existed && (refuses(GROWING) || refuses(WRITING))) return -1;
  }
  uint64_t from = now();
  int fd = (int)syscall(SYS_openat, folder, path, flags, mode);
  if (name) follow(fd, name, flags, existed, from);
  return fd;
}

static mode_t mode_of(int flags, va_list rest) {
  return flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
}

#define OPENS(name, large)                              \
  int name(const char *path, int flags, ...) {          \
    va_list rest;                                       \
    va_start(rest, flags);                              \
    mode_t mode = mode_of(flags, rest);                 \
    va_end(rest);                                       \
    return open_at(AT_FDCWD, path, flags | large, mode); \
  }
#define OPENS_AT(name, large)                              \
  int name(int folder, const char *path, int flags, ...) { \
    va_list rest;                                          \
    va_start(rest, flags);                                 \
    mode_t mode = mode_of(flags, rest);                    \
    va_end(rest);                                          \
    return open_at(folder, path, flags | large, mode);     \
  }
OPENS(open, 0)
OPENS(open64, O_LARGEFILE)
OPENS_AT(openat, 0)
OPENS_AT(openat64, O_LARGEFILE)

int close(int fd) {
  forget(fd);
  return (int)syscall(SYS_close, fd);
}
int closedir(DIR *folder) {
  REAL(closedir, int, DIR *);
  forget(dirfd(folder));
  return real(folder);
}
int fclose(FILE *file) {
  REAL(fclose, int, FILE *);
  forget(fileno(file));
  return real(file);
}

static ssize_t noted(int fd, uint64_t from, ssize_t written, off_t offset, const struct iovec *data, int count) {
  struct tracked *file = of(fd);
  if (!file || written <= 0) return written;
  if (offset < 0) {
    off_t end = lseek(fd, 0, SEEK_CUR);
    /* Closed behind our back, and something else now. */
    if (end < 0) return forget(fd), written;
    offset = end - written;
  }
  keep((struct note){WRITE, from, file->file, (uint64_t)offset, NULL, NULL}, data, count, (size_t)written);
  return written;
}

static off_t end_of_write(int fd, off_t offset, size_t length) {
  if (!of(fd) || !control) return 0;
  if (offset >= 0) return offset + (off_t)length;
  int appends = fcntl(fd, F_GETFL) & O_APPEND;
  struct stat info;
  if (appends && fstat(fd, &info) == 0) return info.st_size + (off_t)length;
  return lseek(fd, 0, SEEK_CUR) + (off_t)length;
}

static size_t length_of(const struct iovec *data, int count) {
  size_t length = 0;
  for (int at = 0; at < count; at++) length += data[at].iov_len;
  return length;
}

ssize_t write(int fd, const void *data, size_t length) {
  if (refuses_write(fd, end_of_write(fd, -1, length))) return -1;
  uint64_t from = of(fd) ? now() : 0;
  ssize_t written = syscall(SYS_write, fd, data, length);
  return noted(fd, from, written, -1, &(struct iovec){(void *)data, length}, 1);
}

ssize_t writev(int fd, const struct iovec *data, int count) {
  if (refuses_write(fd, end_of_write(fd, -1, length_of(data, count)))) return -1;
  uint64_t from = of(fd) ? now() : 0;
  return noted(fd, from, syscall(SYS_writev, fd, data, count), -1, data, count);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
  if (refuses_write(fd, end_of_write(fd, offset, length))) return -1;
  uint64_t from = of(fd) ? now() : 0;
  ssize_t written = syscall(SYS_pwrite64, fd, data, length, offset);
  return noted(fd, from, written, offset, &(struct iovec){(void *)data, length}, 1);
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return pwrite64(fd, data, length, offset); }

ssize_t pwritev(int fd, const struct iovec *data, int count, off_t offset) {
  if (refuses_write(fd, end_of_write(fd, offset, length_of(data, count)))) return -1;
  REAL(pwritev, ssize_t, int, const struct iovec *, int, off_t);
  uint64_t from = of(fd) ? now() : 0;
  return noted(fd, from, real(fd, data, count, offset), offset, data, count);
}
ssize_t pwritev64(int fd, const struct iovec *data, int count, off64_t offset) { return pwritev(fd, data, count, offset); }

ssize_t pread64(int fd, void *data, size_t length, off64_t offset) {
  if (of(fd) && refuses(READING)) return -1;
  return syscall(SYS_pread64, fd, data, length, offset);
}
ssize_t pread(int fd, void *data, size_t length, off_t offset) { return pread64(fd, data, length, offset); }

int ftruncate64(int fd, off64_t size) {
  if (refuses_write(fd, size)) return -1;
  uint64_t from = now();
  int result = (int)syscall(SYS_ftruncate, fd, size);
  struct tracked *file = of(fd);
  if (file && result == 0)
    keep((struct note){TRUNCATE, from, file->file, (uint64_t)size, NULL, NULL}, NULL, 0, 0);
  return result;
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

static int sync_file(int fd, long call) {
  struct tracked *file = of(fd);
  if (file && refuses(SYNCING)) return -1;
  uint64_t from = now();
  if (file && sync_takes) usleep(sync_takes);
  int result = (int)syscall(call, fd);
  if (file && result == 0)
    keep((struct note){file->is_folder ? SYNC_FOLDER : SYNC, from, file->file, 0, file->is_folder ? file->path : NULL, NULL},
         NULL, 0, 0);
  return result;
}
int fsync(int fd) { return sync_file(fd, SYS_fsync); }
int fdatasync(int fd) { return sync_file(fd, SYS_fdatasync); }

static int keep_name(enum kind kind, uint64_t from, const char *path, const char *to, int result) {
  const char *name = below(path);
  if (name && result == 0) keep((struct note){kind, from, 0, 0, name, to ? below(to) : NULL}, NULL, 0, 0);
  return result;
}

int rename(const char *path, const char *to) {
  uint64_t from = now();
  return keep_name(RENAME, from, path, to, (int)syscall(SYS_renameat, AT_FDCWD, path, AT_FDCWD, to));
}

int unlink(const char *path) {
  uint64_t from = now();
  return keep_name(UNLINK, from, path, NULL, (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0));
}

int rmdir(const char *path) {
  uint64_t from = now();
  return keep_name(RMDIR, from, path, NULL, (int)syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR));
}

/* Those that delete whole trees name what is in a folder by the folder's descriptor. */
int unlinkat(int folder, const char *path, int flags) {
  uint64_t from = now();
  char whole[PATH_MAX];
  struct tracked *held = of(folder);
  if (path[0] != '/' && held) snprintf(whole, sizeof whole, "%s/%s%s%s", root, held->path, *held->path ? "/" : "", path);
  else snprintf(whole, sizeof whole, "%s", path);
  enum kind kind = flags & AT_REMOVEDIR ? RMDIR : UNLINK;
  return keep_name(kind, from, whole, NULL, (int)syscall(SYS_unlinkat, folder, path, flags));
}

int remove(const char *path) {
  int result = unlink(path);
  return result != 0 && errno == EISDIR ? rmdir(path) : result;
}

int mkdir(const char *path, mode_t mode) {
  if (below(path) && syscall(SYS_faccessat, AT_FDCWD, path, F_OK) != 0 && (refuses(GROWING) || refuses(WRITING)))
    return -1;
  uint64_t from = now();
  return keep_name(MKDIR, from, path, NULL, (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode));
}

/* What a kernel holds for a connection that nobody reads may be large: ROOST_SHIM_SEND_BUFFER bounds it. */
int listen(int fd, int backlog) {
  const char *bytes = getenv("ROOST_SHIM_SEND_BUFFER");
  int size = bytes ? atoi(bytes) : 0;
  if (size > 0) setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  return (int)syscall(SYS_listen, fd, backlog);
}

static int64_t offset_of_clock(void) { return control ? control->clock_offset_ns : 0; }

int clock_gettime(clockid_t id, struct timespec *time) {
  REAL(clock_gettime, int, clockid_t, struct timespec *);
  int result = real(id, time);
  int64_t offset = offset_of_clock();
  if (result != 0 || offset == 0 || (id != CLOCK_REALTIME && id != CLOCK_REALTIME_COARSE)) return result;
  int64_t all = (int64_t)time->tv_sec * 1000000000 + time->tv_nsec + offset;
  time->tv_sec = all / 1000000000;
  time->tv_nsec = all % 1000000000;
  return 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  (void)zone;
  struct timespec precise;
  int result = clock_gettime(CLOCK_REALTIME, &precise);
  if (result == 0) *time = (struct timeval){precise.tv_sec, precise.tv_nsec / 1000};
  return result;
}

time_t time(time_t *at) {
  struct timespec precise;
  clock_gettime(CLOCK_REALTIME, &precise);
  if (at) *at = precise.tv_sec;
  return precise.tv_sec;
}
