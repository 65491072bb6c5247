import { describe, expect, test } from '@jest/globals'
import { parseRule, v3Rule } from './parse.ts'

const spelled = (text: string) => {
  const meant = v3Rule(text, 'http')
  return meant && [meant.rule, ...meant.middlewares.map(({ kind, fields }) => ({ [kind]: fields }))]
}

describe("Traefik 1's rules as v3 spells them", () => {
  test.each([
    ['Host:web.example.org', ['Host(`web.example.org`)']],
    [' host: a.com , b.com ', ['Host(`a.com`) || Host(`b.com`)']],
    [
      'Host:a.com,b.com;PathPrefixStrip:/x',
      ['(Host(`a.com`) || Host(`b.com`)) && PathPrefix(`/x`)', { stripprefix: { prefixes: '/x' } }],
    ],
    ['PathPrefixStrip:/x,/xyz', ['PathPrefix(`/x`) || PathPrefix(`/xyz`)', { stripprefix: { prefixes: '/xyz,/x' } }]],
    ['PathStrip:/x', ['Path(`/x`)', { stripprefix: { prefixes: '/x' } }]],
    [
      'PathPrefixStripRegex:/api/{id:[0-9]+}/',
      ['PathRegexp(`^/api/[0-9]+/`)', { stripprefixregex: { regex: '^/api/[0-9]+/' } }],
    ],
    ['PathStripRegex:/{id}', ['PathRegexp(`^/[^/]+$`)', { stripprefixregex: { regex: '^/[^/]+' } }]],
    ['Host:a.com;AddPrefix:/x', ['Host(`a.com`)', { addprefix: { prefix: '/x' } }]],
    ['AddPrefix:/x', ['PathPrefix(`/`)', { addprefix: { prefix: '/x' } }]],
    ['Host:a.com;ReplacePath:/x', ['Host(`a.com`)', { replacepath: { path: '/x' } }]],
    [
      'Host:a.com;ReplacePathRegex: ^/a{1,3}/(.*) /$1',
      ['Host(`a.com`)', { replacepathregex: { regex: '^/a{1,3}/(.*)', replacement: '/$1' } }],
    ],
    [
      'AddPrefix:/b;PathPrefixStrip:/a',
      ['PathPrefix(`/a`)', { stripprefix: { prefixes: '/a' } }, { addprefix: { prefix: '/b' } }],
    ],
    ['HostRegexp:{sub:[a-z]{1,3}}.a.com', ['HostRegexp(`^[a-z]{1,3}\\.a\\.com$`)']],
    ['Headers:X-A,b', ['Header(`X-A`, `b`)']],
    ['Method:GET,POST', ['Method(`GET`) || Method(`POST`)']],
    ['Query:a=b,c=d', ['Query(`a`, `b`) && Query(`c`, `d`)']],
  ])('%s', (text, expected) => {
    expect(spelled(text)).toEqual(expected)
  })

  test.each(['', 'Host:', 'Hots:a.com', 'Host:a.com;Frob:/x', 'PathStripRegex:/{id:[0-9]{1,3}}', 'AddPrefix:/a,/b'])(
    '%j is none that anybody can say in v3',
    (text) => {
      expect(spelled(text)).toBeUndefined()
    },
  )
})

describe("v2's rules", () => {
  test.each([
    [
      'Host(`a.com`) && PathPrefixStrip(`/x`)',
      ['Host(`a.com`) && PathPrefix(`/x`)', { stripprefix: { prefixes: '/x' } }],
    ],
    [
      'PathPrefixStrip(`/a`) || PathPrefixStrip(`/b`)',
      ['PathPrefix(`/a`) || PathPrefix(`/b`)', { stripprefix: { prefixes: '/a,/b' } }],
    ],
    ['Path(`/a/{id}`)', ['PathRegexp(`^/a/[^/]+$`)']],
    ['Headers(`a`, `b`)', ['Header(`a`, `b`)']],
    ['HostHeader(`a`)', ['Host(`a`)']],
    ['Host(`a`)', ['Host(`a`)']],
  ])('%s', (text, expected) => {
    expect(spelled(text)).toEqual(expected)
  })

  test.each(['Host(`a.com`) || PathPrefixStrip(`/x`)', '!PathPrefixStrip(`/x`)', 'Host(`a`) || AddPrefix(`/x`)'])(
    '%s would need a middleware for a part of its requests',
    (text) => {
      expect(spelled(text)).toBeUndefined()
    },
  )

  test('say with the error what else they need', () => {
    expect(parseRule('PathPrefixStrip(`/x`)', 'http')).toMatchObject({
      error: 'HTTP routers have no matcher PathPrefixStrip',
      hint: 'PathPrefix(`/x`)',
      needs: [{ kind: 'stripprefix', fields: { prefixes: '/x' } }],
    })
  })
})

test('a long hostile rule is soon read', () => {
  for (const text of ['Host:' + 'a,'.repeat(30_000), 'Host:{'.repeat(10_000), ';'.repeat(60_000)])
    expect(v3Rule(text, 'http')).toBeUndefined()
})
