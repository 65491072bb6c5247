import type { DependencyContainer } from 'tsyringe'

declare const produces: unique symbol

/** A tsyringe token that remembers its type. A symbol: two files can't collide by spelling. */
export type Token<T> = symbol & { readonly [produces]?: T }

export const token = <T>(description: string): Token<T> => Symbol(description)

type Needs = Readonly<Record<string, Token<unknown>>>
type Resolved<N extends Needs> = { readonly [K in keyof N]: N[K] extends Token<infer T> ? T : never }

export const resolve = <T>(container: DependencyContainer, wanted: Token<T>): T => container.resolve(wanted)

/** The only form of registration: one instance, its needs named, its factory plain. Providing a token again replaces it. */
export function provide<T, N extends Needs>(
  container: DependencyContainer,
  as: Token<T>,
  needs: N,
  make: (needs: Resolved<N>) => T,
): void {
  let made: { readonly instance: T } | undefined
  container.register<T>(as, {
    useFactory: (from) => {
      const resolved = (): Resolved<N> =>
        Object.fromEntries(Object.entries(needs).map(([name, need]) => [name, resolve(from, need)])) as Resolved<N>
      made ??= { instance: make(resolved()) }
      return made.instance
    },
  })
}
