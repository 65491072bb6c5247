import { renderContainers } from '@route-server/assembly'
import type { ComposeModel, Plan } from '@route-server/compose'
import type { Config } from '@route-server/config'
import { routersOf } from '@route-server/kernel'
import type { RouterView } from '@route-server/kernel'
import type { Diagnostic, Level } from '@route-server/plugin-api'
import { containersOf, type ProjectFiles } from './containers.ts'
import { labelMeant } from './label-meant.ts'
import { ownChecks, type Unplaced } from './own-checks.ts'
import { placesIn, type Place } from './places.ts'

/** Something found in a project. */
export interface Finding extends Place {
  /** `docs/diagnostics.md` explains it. */
  readonly code: string
  readonly level: Level
  readonly message: string
  readonly service?: string
  readonly label?: string
}

export interface Checked {
  /** Errors first, then by place. */
  readonly findings: readonly Finding[]
  readonly routers: readonly RouterView[]
  readonly diagnostics: readonly Diagnostic[]
}

/** What the route server would say and serve, if the project ran and nothing else did. */
export async function check(model: ComposeModel, plan: Plan, project: ProjectFiles, config: Config): Promise<Checked> {
  const containers = containersOf(model, plan, project)
  const { networks, diagnostics } = await renderContainers(containers, config, process.cwd())
  const routers = networks.flatMap(routersOf)
  const said = diagnostics.map(({ code, level, message, label, origin, suggestion }): Unplaced => ({
    code,
    level,
    message: suggestion === undefined || message.includes(suggestion) ? message : `${message} Write: ${suggestion}`,
    service: origin.compose?.service,
    label: label ?? labelMeant(message, model.services[origin.compose?.service ?? '']?.labels ?? {}),
  }))
  const places = placesIn(project.files)
  const findings = [...said, ...ownChecks(model, plan)].map(({ service, label, ...rest }): Finding => ({
    ...places.find(service, label),
    ...rest,
    ...(service !== undefined && { service }),
    ...(label !== undefined && { label }),
  }))
  return { findings: findings.sort(byWeight), routers, diagnostics }
}

const WEIGHT: Readonly<Record<Level, number>> = { error: 0, warning: 1, info: 2 }

const byWeight = (a: Finding, b: Finding): number =>
  WEIGHT[a.level] - WEIGHT[b.level] ||
  a.file.localeCompare(b.file) ||
  a.line - b.line ||
  a.column - b.column ||
  a.code.localeCompare(b.code)
