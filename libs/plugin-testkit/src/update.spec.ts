import { expect, test } from '@jest/globals'
import { definePlugin, noOptions } from '@route-server/plugin-api'
import { readCase } from './case.ts'
import { run } from './run.ts'
import { updated } from './update.ts'

const plugin = definePlugin({
  name: 'greet',
  labels: { greet: 'Whom to greet.' },
  options: noOptions,
  contribute({ labels }, { report }) {
    const { greet } = labels
    if (greet === undefined || greet === '') {
      report({ code: 'NAME_MISSING', level: 'info', label: 'greet', message: 'There is nobody to greet.' })
      return undefined
    }
    return { http: { middlewares: { greet: { headers: { customRequestHeaders: { 'X-Hello': greet } } } } } }
  },
})

function update(source: string): string {
  const read = readCase('a.yaml', source, true)
  const outcome = run(plugin, { containers: read.containers, settings: read.settings, options: undefined })
  return updated(source, read, outcome)
}

const START = 'about: Greets. # says hello\ncontainer: { labels: { greet: ann } }\n'

test('a case that expects nothing yet gets what came out', () => {
  const text = update(START)
  expect(text).toContain('about: Greets. # says hello\n')
  expect(readCase('a.yaml', text).document).toContain('X-Hello: "ann"')
})

test('what is right stays, letter by letter', () => {
  const odd = 'about:   Greets.\n# as ever\ncontainer: {labels: [greet=ann]}\n'
  expect(update(odd).startsWith(odd)).toBe(true)
  const text = update(START)
  expect(update(text)).toBe(text)
})

test('reports are added and taken away, and one that holds keeps its own words', () => {
  const text = update('about: Nobody.\ncontainer: {}\nreports: [{ code: OTHER_THING }]\n')
  expect(readCase('a.yaml', text).reports).toEqual([
    { code: 'NAME_MISSING', level: 'info', label: 'greet', message: 'There is nobody to greet.' },
  ])
  const loose = 'about: Nobody.\ncontainer: {}\nreports: [{ code: NAME_MISSING, message: nobody }]\n'
  expect(readCase('a.yaml', update(loose)).reports).toEqual([{ code: 'NAME_MISSING', message: 'nobody' }])
  expect(readCase('a.yaml', update(`${START}reports: [{ code: NAME_MISSING }]\n`)).reports).toEqual([])
})
