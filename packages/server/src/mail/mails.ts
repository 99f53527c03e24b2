/** The mails about an account, in the language of whoever gets them. */
import { mailTexts, type Language, type MailKind } from './mail-texts.ts'

export interface Mail {
  readonly subject: string
  readonly text: string
  readonly html: string
}

interface Content {
  readonly kind: MailKind
  /** BCP 47; null where it is not known. */
  readonly locale: string | null
  /** Of the person. */
  readonly name: string
  readonly serverName: string
  /** What the mail is for, if anything. */
  readonly link?: string
  /** Whom to ask, in an administrator's words. */
  readonly helpContact: string | null
}

export function writeMail(content: Content): Mail {
  const { kind, name, serverName, link, helpContact } = content
  const language = languageOf(content.locale)
  const texts = mailTexts[language]
  const fill = (text: string) =>
    text.replaceAll(/\{(name|server)\}/g, (_whole, field: string) =>
      field === 'name' ? name : serverName,
    )
  const { subject, before, after } = texts[kind]
  const help = helpContact === null ? [] : [`${texts.help} ${helpContact}`]
  const first = [fill(texts.greeting), fill(before)]
  const last = [fill(after), ...help]
  const paragraphs = [...first, ...(link === undefined ? [] : [link]), ...last]
  return {
    subject: fill(subject),
    text: `${paragraphs.join('\n\n')}\n`,
    html: page({
      language,
      parts: [
        ...first.map(paragraph),
        ...(link === undefined ? [] : [anchor(link)]),
        ...last.map(paragraph),
      ],
    }),
  }
}

/** The closest of the languages that there are texts in. */
function languageOf(locale: string | null): Language {
  const [primary] = (locale ?? '').toLowerCase().split('-')
  if (primary === 'zh') return 'zh-CN'
  const known = Object.keys(mailTexts) as Language[]
  return known.find((language) => language === primary) ?? 'en'
}

function page({ language, parts }: { language: Language; parts: readonly string[] }): string {
  const direction = language === 'ar' ? 'rtl' : 'ltr'
  return (
    `<!doctype html><html lang="${language}" dir="${direction}"><head><meta charset="utf-8"></head>` +
    `<body style="font: 16px/1.5 sans-serif; margin: 24px auto; max-width: 560px; padding: 0 16px">` +
    `${parts.join('')}</body></html>`
  )
}

const paragraph = (text: string) => `<p dir="auto">${escape(text)}</p>`
/** The whole address is shown: whoever opens it sees where it goes. */
const anchor = (link: string) =>
  `<p dir="ltr"><a href="${escape(link)}" style="word-break: break-all">${escape(link)}</a></p>`

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
