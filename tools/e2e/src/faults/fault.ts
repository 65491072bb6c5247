import type { World } from './world.ts'

/** Something that goes wrong, and comes right again. */
export interface Fault {
  readonly name: string
  /** Resolves when it is done. */
  inflict(world: World): Promise<void> | void
  heal(world: World): Promise<void> | void
  /** What `/health` has to say meanwhile; unless told: that the victim isn't heard. */
  readonly said?: RegExp | 'nothing'
  /** What its clients may get from the victim instead of its answer; nothing else unless told. */
  readonly mayLose?: RegExp
}
