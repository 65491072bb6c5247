import { expect, test } from '@jest/globals'
import { definePlugin, noOptions } from '@route-server/plugin-api'
import { targetOf } from '@route-server/plugin-api/target'
import { link, pick } from '@route-server/traefik'
import { createKernel, diagnosticsOf } from '../kernel.ts'
import { residentsOf } from '../life/presence.ts'
import { render } from '../render.ts'
import { sampleContainer } from '../sample-container.ts'

const routes = definePlugin({
  name: 'routes',
  labels: { 'traefik.http.routers.{name}': 'A router.', 'traefik.http.services.{name}': 'A service.' },
  options: noOptions,
  contribute: (container, context) => link('http', context.traefik, targetOf(container, context), context.report),
})

const middlewares = definePlugin({
  name: 'middlewares',
  labels: { 'traefik.http.middlewares.{name}': 'A middleware.' },
  options: noOptions,
  contribute: (_, { traefik }) => pick(traefik.configuration, ['http.middlewares']),
})

const newKernel = () =>
  createKernel(
    [routes, middlewares].map((plugin) => ({ plugin, options: {} })),
    { baseDomain: 'example.com', httpEntryPoints: ['websecure'], allowedReferences: [] },
  )

const HASH = '$2y$05$Q5ZyKfVxFQyq3XrRkZyLGeKz8wN0jcZGp8l2DkVwMvS7hE1tY9oCq'
const WEB = {
  'traefik.enable': 'true',
  'traefik.http.routers.web.rule': 'Host(`web.example.org`)',
  'traefik.http.services.web.loadbalancer.server.port': '80',
}
const AUTH = { 'traefik.http.middlewares.auth.basicauth.users': `ada:${HASH}` }

function said(labels: Readonly<Record<string, string>>): readonly (readonly string[])[] {
  const containers = [sampleContainer({ labels })]
  const daemon = containers[0]?.daemon ?? ''
  const { networks } = render(newKernel(), residentsOf([{ network: 2816, daemon, containers }]))
  return networks
    .flatMap(diagnosticsOf)
    .filter(({ code }) => code !== 'CERTIFICATE_MISSING')
    .map(({ code, message, suggestion }) => [code, message, ...(suggestion === undefined ? [] : [suggestion])])
}

test('authentication that no router names is said, with the label that is missing', () => {
  const suggestion = 'traefik.http.routers.web.middlewares=gzip,auth'
  const labels = { ...WEB, ...AUTH, 'traefik.http.middlewares.gzip.compress': 'true' }
  expect(said({ ...labels, 'traefik.http.routers.web.middlewares': 'gzip' })).toEqual([
    [
      'MIDDLEWARE_UNUSED',
      `The middleware "auth" protects nothing: no router of this network names it. Add ${suggestion}, or remove it.`,
      suggestion,
    ],
  ])
})

test('one that is used, or that protects nothing anyway, is not', () => {
  expect(said({ ...WEB, ...AUTH, 'traefik.http.routers.web.middlewares': 'auth' })).toEqual([])
  expect(said({ ...WEB, 'traefik.http.middlewares.gzip.compress': 'true' })).toEqual([])
})

test.each(['auth@docker', 'auth@http', 'auth@file'])(
  "%s is the network's own, by whatever lane it gets there",
  (name) => {
    expect(said({ ...WEB, ...AUTH, 'traefik.http.routers.web.middlewares': name })).toEqual([])
  },
)

test('what a network has not, and an operator may have in a file, is said to be his to allow', () => {
  expect(said({ ...WEB, 'traefik.http.routers.web.middlewares': 'headers@file' })[0]).toEqual([
    'REFERENCE_NOT_ALLOWED',
    expect.stringContaining(
      'The router "web" is left out: it refers to "headers@file". This network has nothing of that name',
    ),
  ])
})

test('with several routers, the label has a name to fill in', () => {
  const labels = { ...WEB, ...AUTH, 'traefik.http.routers.two.rule': 'Host(`two.example.org`)' }
  expect(said(labels).map(([code, , suggestion]) => [code, suggestion])).toEqual([
    ['MIDDLEWARE_UNUSED', 'traefik.http.routers.NAME.middlewares=auth'],
  ])
})

test('what a router that is left out leaves behind is said where that is said', () => {
  const labels = { ...WEB, ...AUTH, 'traefik.http.routers.web.middlewares': 'auth,gone' }
  expect(said(labels)).toEqual([
    [
      'REFERENCE_MISSING',
      'The router "web" is left out: it refers to the middleware "gone", which doesn\'t exist in this network or was left out itself. The middleware "auth" and the service "web" stay in the document; nothing leads to them, which does no harm.',
    ],
  ])
})

test.each(['auht', 'Auth', 'auth\u200b', '"auth"', 'auth;'])('%j: a name that is nearly right is suggested', (name) => {
  expect(said({ ...WEB, ...AUTH, 'traefik.http.routers.web.middlewares': name })[0]).toMatchObject([
    'REFERENCE_MISSING',
    expect.stringContaining('Did you mean "auth"?'),
    'auth',
  ])
})

test.each([
  ['auth@redis', 'auth'],
  ['auth@swarm', 'auth'],
  ['auth@consulcatalog', 'auth'],
  ['other@file', undefined],
  ['other@redis', undefined],
])("%s: the container's own is meant: %s", (name, own) => {
  const [first] = said({ ...WEB, ...AUTH, 'traefik.http.routers.web.middlewares': name })
  expect([first?.[0], first?.[2]]).toEqual(['REFERENCE_NOT_ALLOWED', own])
})
