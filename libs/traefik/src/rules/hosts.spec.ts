import { describe, expect, test } from '@jest/globals'
import { hostsOf } from './hosts.ts'
import { parseRule } from './parse.ts'

const hostsIn = (text: string, protocol: 'http' | 'tcp' = 'http'): readonly string[] => {
  const parsed = parseRule(text, protocol)
  return 'rule' in parsed ? hostsOf(parsed.rule) : []
}

describe('the hosts that a rule is for', () => {
  test('are those of every alternative, lower case, each once', () => {
    expect(
      hostsIn('Host(`A.example.com`) && PathPrefix(`/x`) || Host(`b.example.com`) || Host(`a.example.com`)'),
    ).toEqual(['a.example.com', 'b.example.com'])
  })

  test('are the server names of a TCP rule', () => {
    expect(hostsIn('HostSNI(`db.example.com`)', 'tcp')).toEqual(['db.example.com'])
  })

  test('leave out what the rule excludes', () => {
    expect(hostsIn('Host(`a.example.com`) && !Host(`b.example.com`)')).toEqual(['a.example.com'])
  })
})
