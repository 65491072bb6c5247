import { expect, test } from '@jest/globals'
import { isDetached, needsDaemon, needsProject, readArguments, scalesOf, serviceOfRun } from './arguments.ts'

const read = (line: string) => readArguments(line.split(' '))

test('flags before the command are told apart from the command', () => {
  expect(
    read('-f a.yaml --file=b.yaml -fc.yaml --env-file .env.x -p shop --profile up --project-directory /srv up -d web'),
  ).toEqual({
    globals: '-f a.yaml --file=b.yaml -fc.yaml --env-file .env.x -p shop --profile up --project-directory /srv'.split(
      ' ',
    ),
    command: 'up',
    rest: ['-d', 'web'],
    files: ['a.yaml', 'b.yaml', 'c.yaml'],
    envFiles: ['.env.x'],
    projectDirectory: '/srv',
  })
  expect(read('--ansi never --verbose ps').command).toBe('ps')
  expect(read('--version').command).toBeUndefined()
})

test.each(['-H tcp://a up', '--host=tcp://a up', '-Htcp://a up', '--context other up', '-c other up'])(
  'nothing leads to another daemon: %s',
  (line) => {
    expect(() => read(line)).toThrow("renet compose talks to the network's own daemon.")
  },
)

test.each([
  ['--rm web sh -c ls', 'web'],
  ['-e A=b --name x -T --entrypoint sh api', 'api'],
  ['--rm --env=A=b api', 'api'],
  ['-- api ls', 'api'],
  ['--rm', undefined],
])('run %s makes a container of %s', (line, service) => {
  expect(serviceOfRun(line.split(' '))).toBe(service)
})

test('scales', () => {
  expect([...scalesOf(read('up -d --scale web=3 --scale=api=2'))]).toEqual([
    ['web', 3],
    ['api', 2],
  ])
  expect([...scalesOf(read('scale web=3'))]).toEqual([['web', 3]])
  expect([...scalesOf(read('up web=3'))]).toEqual([])
})

test.each([
  ['up -d', true, true, true],
  ['up --build -d web', true, true, true],
  ['up --wait', true, true, true],
  ['up', false, true, true],
  ['config --services', false, true, false],
  ['up --help', false, false, false],
  ['exec web ls --help', false, true, true],
  ['version', false, false, false],
  ['ls', false, false, false],
])('%s: detached %s, needs a project %s, a daemon %s', (line, detached, project, daemon) => {
  const args = read(line)
  expect([isDetached(args), needsProject(args), needsDaemon(args)]).toEqual([detached, project, daemon])
})
