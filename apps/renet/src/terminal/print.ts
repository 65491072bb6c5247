export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2))
}

/** For what isn't the answer itself: notes, warnings, what to do next. */
export function remark(text: string): void {
  process.stderr.write(`renet: ${text}\n`)
}
