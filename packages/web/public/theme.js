// Runs before the first paint, so that the chosen theme and language never flash. The keys and values
// are written by src/theme.ts and src/i18n/language.ts.
;(function () {
  try {
    var root = document.documentElement
    var theme = localStorage.getItem('roost.theme')
    if (theme === 'light' || theme === 'dark') {
      root.dataset.theme = theme
      var bars = document.querySelectorAll('meta[name=theme-color]')
      for (var bar of bars) bar.content = theme === 'dark' ? '#141518' : '#fefdfb'
    }
    var language =
      localStorage.getItem('roost.account-language') || localStorage.getItem('roost.language')
    if (language) {
      root.lang = language
      root.dir = /^(ar|fa|he|ur)\b/.test(language) ? 'rtl' : 'ltr'
    }
  } catch {
    // Storage is shut off: the system's theme and language apply.
  }
})()
