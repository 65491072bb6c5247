export type DeepReadonly<T> = unknown extends T
  ? T
  : T extends readonly (infer Item)[]
    ? readonly DeepReadonly<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
      : T

/** Freezes the value and everything in it. What is frozen already is taken to be so throughout. */
export function deepFreeze<T>(value: T): DeepReadonly<T> {
  if (!Object.isFrozen(value)) Object.values(Object.freeze(value) as object).forEach(deepFreeze)
  return value as DeepReadonly<T>
}
