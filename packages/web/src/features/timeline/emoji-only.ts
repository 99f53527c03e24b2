/** One to three emoji and nothing else: such a message is shown large, without a bubble. */
const oneToThree = /^\s*(?:\p{RGI_Emoji}\s*){1,3}$/v

/** All of them have one of these. Most texts have none, and the pattern above takes long to build. */
const uncommon = /[\u2000-\uffff]/

/** The longest emoji are sequences of about 35 code units; anything longer is text. */
const longest = 120

export function isEmojiOnly(text: string): boolean {
  return text.length <= longest && uncommon.test(text) && oneToThree.test(text)
}
