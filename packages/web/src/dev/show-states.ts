/** Owns looks that need a pointer or the keyboard: classes that stand for hover, focus and press. */

const states = [
  [/:hover\b/g, '.is-hover'],
  [/:focus-visible\b/g, '.is-focus'],
  [/:active\b/g, '.is-active'],
] as const

/** For every rule of the page about such a state, adds the same rule for its class. Once. */
export function showStates(): void {
  for (const sheet of document.styleSheets) copyRules(sheet)
}

function copyRules(group: CSSStyleSheet | CSSGroupingRule | CSSStyleRule): void {
  // From the end, so that what is added is not gone through again.
  for (const [index, rule] of [...[...group.cssRules].entries()].toReversed()) {
    if (rule instanceof CSSStyleRule && isOfState(rule.selectorText)) {
      let text = rule.cssText
      for (const [state, name] of states) text = text.replace(state, name)
      group.insertRule(text, index + 1)
    } else if (rule instanceof CSSGroupingRule || rule instanceof CSSStyleRule) copyRules(rule)
  }
}

function isOfState(selector: string): boolean {
  return states.some(([state]) => selector.search(state) !== -1)
}
