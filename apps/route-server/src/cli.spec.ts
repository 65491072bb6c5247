import { describe, expect, test } from '@jest/globals'
import { settings } from '@route-server/config'
import { commandLine } from './cli.ts'

const help = (name: string): string =>
  commandLine()
    .commands.find((command) => command.name() === name)
    ?.helpInformation() ?? ''

describe('the command line', () => {
  test.each(['serve', 'start'])('%s explains every flag', (name) => {
    for (const flag of [
      '--sockets',
      '--listen',
      '--base-domain',
      '--config',
      '--state-dir',
      '--log-level',
      '--log-format',
      '--cert-resolver',
      '--no-auto-routes',
    ])
      expect(help(name)).toContain(flag)
  })

  test('every flag of a command that takes settings stands for a key of the configuration', () => {
    const keys = settings().map(({ key }) => key as string)
    const serving = commandLine().commands.filter((command) => ['serve', 'start', 'render'].includes(command.name()))
    const flags = serving.flatMap(({ options }) => options.map((option) => option.attributeName()))
    // The last two set one key of a section.
    const own = ['config', 'demo', 'autoRoutes', 'publishFile']
    expect(flags.filter((flag) => !keys.includes(flag) && !own.includes(flag))).toEqual([])
  })

  test('the defaults that it tells are those of the configuration', () => {
    const text = help('serve').replace(/\s+/g, ' ')
    expect(text).toContain('(default: 127.0.0.1:7111)')
    expect(text).toContain('(default: /var/run/rediacc/docker-*.sock)')
    expect(text).toContain('(default: letsencrypt)')
    const defaults = Object.fromEntries(settings().map((setting) => [setting.key, setting.default]))
    expect(defaults).toMatchObject({
      listen: { host: '127.0.0.1', port: 7111 },
      sockets: ['/var/run/rediacc/docker-*.sock'],
      certResolver: 'letsencrypt',
    })
  })
})
