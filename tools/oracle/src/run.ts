import { makeTestDirectory, workspaceFile } from '@route-server/testbed/parts'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Case } from './case.ts'
import { readCases } from './case-files.ts'
import { judge } from './judge.ts'
import type { Verdict } from './judge.ts'
import { withMistake } from './mistakes.ts'
import { Random } from '@route-server/testbed/random'
import { randomCase } from './random-case.ts'
import { dockerSide, routeServerSide } from './sides.ts'

/** The written cases, and so many random ones, and as many of both kinds with a mistake. */
export function collectCases({ cases, seed, only = '' }: { cases: number; seed: number; only?: string }): Case[] {
  const written = readCases(workspaceFile('tools/oracle/cases'))
  const random = new Random(seed)
  const made = Array.from({ length: cases }, (_, index) => randomCase(`random/${seed}-${index}`, random))
  const sources = [...written, ...made]
  const spoiled = Array.from({ length: cases }, () =>
    withMistake(random.pick(sources) ?? { name: '', services: {} }, random),
  )
  return [...sources, ...spoiled].filter(({ name }) => name.includes(only))
}

const usesUdp = ({ services }: Case): boolean =>
  Object.values(services).some(({ labels }) => Object.keys(labels).some((label) => /^traefik\.udp\./i.test(label)))

/** Judges every case, `lanes` at a time: each lane is a pair of real Traefiks. */
export async function run(
  cases: readonly Case[],
  {
    lanes,
    isHolding = false,
    judged = () => undefined,
  }: { lanes: number; isHolding?: boolean; judged?: (verdict: Verdict) => void },
): Promise<readonly Verdict[]> {
  const folder = makeTestDirectory()
  const numbered = cases.map((shown, index) => ({ shown, index }))
  // From the last one: an entry point that had a UDP router goes on having one of ours, in every case that comes after.
  const waiting = [
    ...numbered.filter(({ shown }) => usesUdp(shown)),
    ...numbered.filter(({ shown }) => !usesUdp(shown)),
  ]
  const verdicts: Verdict[] = []
  const work = async (_: unknown, lane: number): Promise<void> => {
    const home = join(folder.path, String(lane))
    mkdirSync(home)
    const docker = await dockerSide(home)
    const routeServer = await routeServerSide(home, { isHolding }).catch(async (error: unknown) => {
      await docker.close()
      throw error
    })
    try {
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        const verdict = await judge(next.shown, docker, routeServer)
        verdicts[next.index] = verdict
        judged(verdict)
      }
    } finally {
      waiting.length = 0
      await Promise.all([docker.close(), routeServer.close()])
    }
  }
  try {
    await Promise.all(Array.from({ length: lanes }, work))
  } finally {
    await folder.remove()
  }
  return verdicts
}
