type Write = (facts: object, message: string) => void

/** The part of pino that is used here. */
export interface Logger {
  readonly info: Write
  readonly warn: Write
}
