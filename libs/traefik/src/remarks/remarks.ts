import { variableIn } from '../rules/slips.ts'
import { sections } from '../schema/configuration.ts'
import type { SectionName } from '../schema/configuration.ts'
import type { Node, UseForm } from '../schema/nodes.ts'
import { basicFault, digestFault, DOLLARS } from './hashes.ts'
import { replacementFault } from './replacement.ts'
import type { Useless } from './replacement.ts'

/** What Traefik takes, and what is to be said of it all the same. */
export interface Remark extends Useless {
  /** Where, below the entry: `basicAuth.users[0]`. */
  readonly path: string
  /** `useless`: it can't do what was meant; `ignored`: Traefik looks away; `obsolete`: it works, and is on its way out. */
  readonly kind: 'useless' | 'ignored' | 'obsolete'
}

type Fields = Readonly<Record<string, unknown>>
type Say = (remark: Remark) => void

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const said = (reason: string | undefined): Useless | undefined => (reason === undefined ? undefined : { reason })

/** By the form that the schema names; with the fields beside. */
const USE_FORMS: Readonly<Record<UseForm, (value: string, beside: Fields) => Useless | undefined>> = {
  'basic-hash': (user) => said(basicFault(user)),
  'digest-hash': (user, { realm }) => said(digestFault(user, realm === undefined ? undefined : text(realm))),
  replacement: (value, { regex }) => replacementFault(value, text(regex)),
}

/** Of what has a form the build has spoken, and a name that leads nowhere is said elsewhere. */
const speaksForItself = ({ marks }: Node): boolean => marks.form !== undefined || marks.refers !== undefined

function unreplaced(value: string, node: Node): Useless | undefined {
  if (speaksForItself(node)) return undefined
  const variable = value.includes('${') ? variableIn(value) : undefined
  return said(
    variable &&
      `has ${variable} as it stands, which nothing has replaced; set the variable, or, if it is meant, ${DOLLARS}`,
  )
}

function remarkText(value: string, node: Node, path: string, beside: Fields, say: Say): void {
  const { use } = node.marks
  const fault = use === undefined ? unreplaced(value, node) : USE_FORMS[use](value, beside)
  if (fault) say({ path, kind: 'useless', ...fault })
}

const below = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

function remark(node: Node | undefined, value: unknown, path: string, beside: Fields, say: Say): void {
  if (!node || value === undefined) return
  const { obsolete } = node.marks
  if (obsolete)
    say({
      path,
      ...(obsolete.effect === 'none'
        ? { kind: 'ignored', reason: `has no effect in Traefik 3. ${obsolete.instead}` }
        : { kind: 'obsolete', reason: `will go with Traefik 4. ${obsolete.instead}` }),
    })
  switch (node.kind) {
    case 'string':
      remarkText(value as string, node, path, beside, say)
      return
    case 'strings':
      ;(value as readonly string[]).forEach((item, i) => {
        remarkText(item.trim(), node, `${path}[${i}]`, beside, say)
      })
      return
    case 'list':
      ;(value as readonly unknown[]).forEach((item, i) => {
        remark(node.element, item, `${path}[${i}]`, {}, say)
      })
      return
    case 'struct':
    case 'map':
      for (const name of Object.keys(value as Fields))
        remark(
          node.kind === 'map' ? node.value : node.fields[name],
          (value as Fields)[name],
          below(path, name),
          value as Fields,
          say,
        )
      return
    default:
  }
}

/**
 * What is to be said of an entry that Traefik takes and serves: values that can't do what was meant, and fields that it wants to be rid
 * of. The entry must have passed the check. No remark shows a user, and none costs anything.
 */
export function remarksOf(section: SectionName, value: unknown): readonly Remark[] {
  const remarks: Remark[] = []
  remark(sections.get(section)?.value, value, '', {}, (found) => remarks.push(found))
  return remarks
}
