/**
 * A text frame of a server, header and all (RFC 6455, 5.2): unmasked, in one piece, so that the same
 * bytes go to everybody who gets it. `ws` would build a header for each of them.
 */
const FINAL_TEXT = 0x81
const SMALL_MAX = 125
const TWO_BYTES = 126
const EIGHT_BYTES = 127

export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const start = length <= SMALL_MAX ? 2 : length <= 0xff_ff ? 4 : 10
  const frame = Buffer.allocUnsafe(start + length)
  frame[0] = FINAL_TEXT
  if (start === 2) frame[1] = length
  else if (start === 4) {
    frame[1] = TWO_BYTES
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = EIGHT_BYTES
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  frame.write(text, start)
  return frame
}
