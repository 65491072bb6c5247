import { describe, expect, test } from '@jest/globals'
import type { RuleProtocol } from '../rules/rule.ts'
import { ruleFault } from './rule-fault.ts'

const said = (rule: string, protocol: RuleProtocol = 'http') => {
  const fault = ruleFault(rule, protocol, {})
  return fault && [fault.reason, fault.hint]
}

const URL_SLIP = 'is a URL, and a host is meant'
const SLASH = 'has a slash, and hosts have none'
const PORT = 'has a port, and hosts are compared without'
const LIST = 'has a blank or a comma; each host needs a Host of its own'

describe('a host that no request can have is told from one that may', () => {
  test.each([
    ['Host(`https://web.example.org/`)', URL_SLIP, 'Host(`web.example.org`)'],
    ['Host(`http://web.example.org:8443/api?x`)', URL_SLIP, 'Host(`web.example.org`) && PathPrefix(`/api`)'],
    ['Host(`web.example.org:8443`)', PORT, 'Host(`web.example.org`)'],
    ['Host(`web.example.org/`)', SLASH, 'Host(`web.example.org`)'],
    ['Host(`web.example.org/api`)', SLASH, 'Host(`web.example.org`) && PathPrefix(`/api`)'],
    ['Host(`https://10.0.0.1:80`)', URL_SLIP, 'Host(`10.0.0.1`)'],
    ['Host(` web.example.org `)', LIST, 'Host(`web.example.org`)'],
    ['Host(`a.example.org, b.example.org`)', LIST, 'Host(`a.example.org`) || Host(`b.example.org`)'],
    [
      'Host(`a.org b.org/x`) && Path(`/y`)',
      SLASH,
      '(Host(`a.org`) || Host(`b.org`) && PathPrefix(`/x`)) && Path(`/y`)',
    ],
    ['Path(`/x`) && !Host(`web.example.org:80`)', PORT, 'Path(`/x`) && !Host(`web.example.org`)'],
    ['Host(`*.example.org:80`)', PORT, 'Host(`*.example.org`)'],
  ])('%s', (rule, problem, hint) => {
    const [reason, meant] = said(rule) ?? []
    expect(reason).toMatch(/^can match no request: Host\(`.*`\) /)
    expect(reason).toContain(problem)
    expect(meant).toBe(hint)
  })

  test('in TCP routers, too', () => {
    expect(said('HostSNI(`db.example.org:5432`)', 'tcp')).toEqual([
      `can match no request: HostSNI(\`db.example.org:5432\`) ${PORT}`,
      'HostSNI(`db.example.org`)',
    ])
    expect(said('HostSNI(`https://db.example.org`)', 'tcp')?.[1]).toBe('HostSNI(`db.example.org`)')
  })

  test.each(['Host(`10.0.0.1`)', 'Host(`::1`)', 'Host(`[::1]`)', 'Host(`*`)', 'Host(`A_b.example.org.`)'])(
    '%s may be one',
    (rule) => {
      expect(said(rule)).toBeUndefined()
    },
  )
})

describe("what Traefik 2 would have read otherwise isn't believed", () => {
  test.each([
    ['HostRegexp(`{sub:[a-z]+}.example.org`)', 'HostRegexp(`^[a-z]+\\.example\\.org$`)'],
    ['HostRegexp(`{sub-domain:.+}.example.org`)', 'HostRegexp(`^.+\\.example\\.org$`)'],
    ['Host(`a.org`) && !Path(`/admin/{id}`)', 'Host(`a.org`) && !PathRegexp(`^/admin/[^/]+$`)'],
    ['PathPrefix(`/{tenant}/api`)', 'PathRegexp(`^/[^/]+/api`)'],
  ])('%s', (rule, hint) => {
    const [reason, meant] = said(rule) ?? []
    expect(reason).toMatch(/^has a placeholder of Traefik 2, which Traefik 3 takes for plain text: /)
    expect(meant).toBe(hint)
  })

  test.each(['HostRegexp(`^[a-z]{2}\\.org$`)', 'Path(`/{}`)', 'PathRegexp(`^/{id}$`)', 'Header(`X-A`, `{b}`)'])(
    '%s has no placeholder',
    (rule) => {
      expect(said(rule)).toBeUndefined()
    },
  )
})

describe('what was left in a rule is named', () => {
  test.each([
    ['"Host(`a.org`)"', 'it begins with the quote "', 'Host(`a.org`)'],
    ["'Host(`a.org`)'", "it begins with the quote '", 'Host(`a.org`)'],
    ['""Host(`a.org`)""', 'it begins with the quote "', 'Host(`a.org`)'],
    ['“Host(`a.org`)”', 'it begins with the quote “', 'Host(`a.org`)'],
    ['\\"Host(\\`a.org\\`)\\"', 'it begins with the quote "', 'Host(`a.org`)'],
    ['"Headers(`X-A`, `b`)', 'it begins with the quote "', 'Header(`X-A`, `b`)'],
    ['Host:a.org;Path:/x', 'it is in the language of Traefik 1', 'Host(`a.org`) && Path(`/x`)'],
    ['Host(\\`a.org\\`)', 'unexpected "\\\\" at character 6', 'Host(`a.org`)'],
    ['Host(`a\u200b.org`)', 'it has a character that nobody sees, U+200B, at character 8', 'Host(`a.org`)'],
    ['\u00a0Host(`a.org`)', 'it has a character that nobody sees, U+00A0, at character 1', 'Host(`a.org`)'],
  ])('%j', (rule, reason, hint) => {
    expect(said(rule)).toEqual(
      [`is a rule that Traefik can't read: ${reason}`, hint].map((text) => expect.stringContaining(text) as unknown),
    )
  })

  test.each([
    ['!PathPrefix(`/admin\u200b`)', 'U+200B, at character 20', '!PathPrefix(`/admin`)'],
    ['Header(`X-A`, `a\u00a0b`)', 'U+00A0, at character 17', 'Header(`X-A`, `a b`)'],
  ])('%j is valid, and matches otherwise', (rule, reason, hint) => {
    expect(said(rule)).toEqual([`can't match as it reads: it has a character that nobody sees, ${reason}`, hint])
  })

  test('an escape was meant, and Traefik skips a mark at the beginning', () => {
    expect(said('Path("/a\\u200b")')).toBeUndefined()
    expect(said('\ufeffHost(`a.org`)')).toBeUndefined()
  })

  test.each(['Host(`${SUB}.example.org`)', '!PathPrefix(`/${ADMIN:-admin}`)', 'PathRegexp(`^/$${SUB}`)'])(
    '%s waits for somebody to replace it',
    (rule) => {
      expect(said(rule)?.[0]).toMatch(
        /^has \$\{(SUB|ADMIN)\} as it stands, which nothing has replaced; write \$\$ for a \$ in a compose file/,
      )
    },
  )
})

test('a hostile rule is soon judged', () => {
  for (const part of ['"', '\\"', "'", '\u00a0', 'Host(`a b`)||', '${A}', '{a', '\u200b`'])
    expect(said(part.repeat(65_536 / part.length))).toBeDefined()
})
