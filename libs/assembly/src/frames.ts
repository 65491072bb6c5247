/** What a message is sent as, where bytes have no beginning and no end: four bytes of its length, then itself. Stands by itself: its text is run elsewhere, too. */
export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(4 + message.length)
  framed.writeUInt32LE(message.length)
  framed.set(message, 4)
  return framed
}

/** Takes bytes as they come, and gives each message when it is complete, or says of one that it is longer than `most`. Stands by itself, as well. */
export function framesFrom(
  most: number,
  take: (message: Uint8Array) => void,
  refuse: () => void,
): (bytes: Buffer) => void {
  let rest: Buffer | undefined
  return (bytes) => {
    let left = rest ? Buffer.concat([rest, bytes]) : bytes
    while (left.length >= 4) {
      const end = 4 + left.readUInt32LE()
      if (end > 4 + most) return refuse()
      if (left.length < end) break
      take(left.subarray(4, end))
      left = left.subarray(end)
    }
    rest = left.length > 0 ? left : undefined
  }
}
