import { applyRecords, planRecords, zoneLine, type RecordStep, type ZonePlan } from '@route-server/dns'
import { print, printJson, STATUS, visible } from '@route-server/terminal'
import { cloudflareFor, recordsFor } from '../dns.ts'
import { machines } from '../machines.ts'
import { colours } from '../terminal/colours.ts'
import { confirmed } from '../terminal/confirm.ts'
import { remark } from '../terminal/print.ts'
import { withProgress } from '../terminal/progress.ts'

interface Given {
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly json?: boolean
}

export async function run(name: string, { dryRun = false, yes = false, json = false }: Given): Promise<number> {
  const machine = await machines().find(name)
  const api = await cloudflareFor(machine)
  const records = await recordsFor(machine)
  const plans = await withProgress((progress) => {
    progress.step({ what: 'Looking at Cloudflare' })
    return planRecords(api, name, records)
  })
  const steps = plans.flatMap((plan) => plan.steps)
  const changing = steps.filter(({ action }) => action === 'create' || action === 'correct')
  const isBlocked = steps.some(({ action }) => action === 'blocked')
  if (!json) show(plans)
  if (dryRun || changing.length === 0) {
    if (json) printJson({ zones: plans, changed: 0 })
    return isBlocked ? STATUS.failed : dryRun && changing.length > 0 ? STATUS.changes : STATUS.done
  }
  if (!(await confirmed(`Change ${changing.length} ${changing.length === 1 ? 'record' : 'records'}?`, { yes }))) {
    remark('Nothing was done.')
    return STATUS.failed
  }
  const changed = await withProgress((progress) =>
    applyRecords(api, name, plans, ({ record }) => progress.step({ what: `Done: ${zoneLine(record)}` })),
  )
  if (json) printJson({ zones: plans, changed })
  else print(`${changed} ${changed === 1 ? 'record is' : 'records are'} as they should be now.`)
  return isBlocked ? STATUS.failed : STATUS.done
}

const MARKS: Readonly<Record<RecordStep['action'], string>> = {
  none: '  ',
  create: colours.green('+ '),
  correct: colours.yellow('~ '),
  blocked: colours.red('! '),
}

function show(plans: readonly ZonePlan[]): void {
  for (const { zone, steps, leftOver } of plans) {
    print(`Zone ${zone.name}:`)
    for (const { record, action, note } of steps)
      print(`${MARKS[action]}${zoneLine(record)}${note === undefined ? '' : `   (${visible(note)})`}`)
    for (const record of leftOver) print(`  ${visible(record)}   (ours, and not needed any more; it stays)`)
  }
}
