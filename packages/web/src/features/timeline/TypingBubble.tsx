/** Someone is writing: a bubble with three dots. The header says who. */
export function TypingBubble() {
  return (
    <div
      aria-hidden
      className="flex h-[34px] w-14 animate-fade-in items-center justify-center gap-[5px] rounded-bubble bg-other"
    >
      {dots.map((delay) => (
        <span
          key={delay}
          className={`size-[7px] animate-typing-dot rounded-full bg-ink-3 ${delay}`}
        />
      ))}
    </div>
  )
}

const dots = ['', '[animation-delay:160ms]', '[animation-delay:320ms]']
