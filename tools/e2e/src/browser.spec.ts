import { AxeBuilder } from '@axe-core/playwright'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { startDaemon, type ContainerSpec, type SimulatedDaemon } from '@route-server/docker-simulator'
import {
  addressOf,
  describeBrowser,
  eventually,
  makeTestDirectory,
  startBrowser,
  startRouteServer,
  type RunningRouteServer,
  type TestDirectory,
} from '@route-server/testbed'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

jest.setTimeout(120_000)

/** Somebody's service with a router for a host of its own. */
function serviceOf(network: number, slot: number, name: string, labels: ContainerSpec['labels'] = {}): ContainerSpec {
  return {
    name: `${name}-1`,
    labels: {
      'rediacc.service_name': name,
      'rediacc.service_ip': addressOf(network, slot),
      'rediacc.network_id': String(network),
      'traefik.enable': 'true',
      [`traefik.http.routers.${name}.rule`]: `Host(\`${name}.example.org\`)`,
      [`traefik.http.services.${name}.loadbalancer.server.port`]: '8080',
      ...labels,
    },
  }
}

const SECRET = 'zQ7secretzQ'

/** What a stranger may write into labels to get at whoever looks at the page. */
const HOSTILE = {
  'traefik.http.routers.evil.rule': `Host(\`evil.example.org\`) && (PathPrefix(\`/</a><script>document.title='owned'</script>\`) || Header(\`X-Api-Key\`, \`${SECRET}\`))`,
  'traefik.http.routers.evil.entrypoints': `"><img src=x onerror=document.title='owned'>`,
  [`traefik.http.routers.<svg onload=document.title='owned'>.rule`]: 'Host(`x.example.org`)',
  'traefik.http.middlewares.evil.basicauth.users': `ann:${SECRET}`,
}

interface Machine {
  readonly daemons: readonly SimulatedDaemon[]
  readonly server: RunningRouteServer
}

describeBrowser('the page at /, in a browser', () => {
  let browser: Browser
  let folder: TestDirectory
  const running: RunningRouteServer[] = []
  const simulated: SimulatedDaemon[] = []

  beforeAll(async () => {
    folder = makeTestDirectory()
    browser = await startBrowser()
  })

  afterAll(async () => {
    await browser.close()
    await Promise.all(running.map((server) => server.close()))
    await Promise.all(simulated.map((daemon) => daemon.close()))
    await folder.remove()
  })

  /** A route server for these containers, by their networks. */
  async function start(
    name: string,
    networks: Readonly<Record<number, readonly ContainerSpec[]>>,
    args: readonly string[] = [],
  ): Promise<Machine> {
    const daemons = await Promise.all(
      Object.entries(networks).map(([network, containers]) =>
        startDaemon({ socket: join(folder.path, name, `docker-${network}.sock`), containers }),
      ),
    )
    simulated.push(...daemons)
    const config = join(folder.path, `${name}.yaml`)
    // JSON is YAML.
    const shares = { revisions: 100_000, hosts: 100_000, certificateHosts: 100_000, bytes: 1e9 }
    await writeFile(
      config,
      JSON.stringify({
        sockets: `./${name}/docker-*.sock`,
        baseDomain: 'example.com',
        redeployGrace: 0,
        hold: 0,
        shares,
      }),
    )
    const server = await startRouteServer({ args: ['--config', config, ...args] })
    running.push(server)
    await eventually(
      async () => expect((await server.get('/routes.yaml', { authorization: `Bearer ${TOKEN}` })).status).toBe(200),
      { deadline: 60_000 },
    )
    return { daemons, server }
  }

  const TOKEN = '0123456789abcdef0123'

  /** What went wrong in pages, such as a script that the policy keeps from running. */
  const wrongs: string[] = []
  async function open(server: RunningRouteServer, path = '/', options: BrowserContextOptions = {}): Promise<Page> {
    const page = await (await browser.newContext(options)).newPage()
    page.on('pageerror', (error) => wrongs.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error') wrongs.push(message.text())
    })
    await page.goto(`${server.url}${path}`)
    return page
  }

  const findings = async (page: Page): Promise<readonly string[]> => {
    const { violations } = await new AxeBuilder({ page }).analyze()
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  }

  describe('of a machine with a mistake and a stranger on it', () => {
    let machine: Machine

    beforeAll(async () => {
      machine = await start('small', {
        2816: [
          serviceOf(2816, 0, 'shop', {
            'traefik.http.routers.shop.tls.certresolver': 'letsencrypt',
            'traefik.http.routers.shop.middlewares': 'hsts',
            'traefik.http.middlewares.hsts.headers.stsSeconds': '15768000',
          }),
          serviceOf(2816, 1, 'blog', { 'traefik.http.routers.blog.middelwares': 'hsts' }),
        ],
        2880: [serviceOf(2880, 0, 'evil', HOSTILE)],
      })
    })

    test.each(['light', 'dark'] as const)('has nothing that an accessibility check finds, %s', async (colorScheme) => {
      const page = await open(machine.server, '/', { colorScheme })
      const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor')
      expect(ground).toBe(colorScheme === 'dark' ? 'rgb(18, 20, 26)' : 'rgb(251, 251, 252)')
      for (const [width, path] of [
        [1280, '/'],
        [1280, '/?route=http/shop-2816'],
        [400, '/?network=2816'],
      ] as const) {
        await page.setViewportSize({ width, height: 800 })
        await page.goto(`${machine.server.url}${path}`)
        expect([path, await findings(page)]).toEqual([path, []])
        // It never scrolls to the side as a whole.
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
      }
      await page.close()
    })

    test("a stranger's text is text, and his secrets aren't there", async () => {
      for (const path of [
        '/',
        '/?show=diagnostics',
        '/?route=http/evil-2880',
        `/?q=${encodeURIComponent('<script>')}`,
      ]) {
        const page = await open(machine.server, path)
        expect(await page.title()).not.toContain('owned')
        expect(await page.locator('script').count()).toBe(1)
        expect(await page.locator('main script, main img').count()).toBe(0)
        expect(await page.content()).not.toContain(SECRET)
        await page.close()
      }
    })

    test('everything can be read, searched and gone through without the script', async () => {
      const page = await open(machine.server, '/', { javaScriptEnabled: false })
      await page.getByRole('link', { name: 'shop.example.org' }).first().click()
      const stages = page.getByRole('list', { name: /way of a request/ }).getByRole('listitem')
      await stages.first().waitFor()
      expect((await stages.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '))).toEqual([
        'Entry points websecure websecure-v6',
        'Router shop-2816',
        'Middlewares hsts',
        `Service shop-2816 http://${addressOf(2816, 0)}:8080`,
        'Containers shop-1',
      ])
      await page.getByRole('searchbox').fill('middelwares')
      await page.getByRole('button', { name: 'Search' }).click()
      await page.waitForURL((url) => url.search === '?q=middelwares')
      expect(await page.locator('#diagnostics').innerText()).toContain('traefik.http.routers.blog.middlewares')
      expect(await page.locator('#routes').innerText()).toContain('Nothing here matches.')
      await page.close()
    })

    test('by keyboard: the link to the content first, / for the search, which finds while one types', async () => {
      const page = await open(machine.server)
      await page.keyboard.press('Tab')
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content')
      await page.keyboard.press('Enter')
      expect(await page.evaluate('document.activeElement.id')).toBe('content')
      await page.keyboard.press('/')
      expect(await page.evaluate('document.activeElement.id')).toBe('q')
      await page.keyboard.type('shop/')
      await page.keyboard.press('Backspace')
      await eventually(async () => expect(await page.locator('#found').innerText()).toBe('1 route found'))
      expect(await page.locator('#said').innerText()).toBe('1 route found')
      expect(await page.evaluate('document.activeElement.id')).toBe('q')
      await eventually(() => expect(new URL(page.url()).search).toBe('?q=shop'))
      // What has the focus can be seen to have it.
      await page.keyboard.press('Tab')
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid')
      await page.close()
    })

    test('a change appears without anybody loading the page again, is told, and takes the focus from nobody', async () => {
      const page = await open(machine.server)
      await eventually(async () => expect(await page.locator('#live').innerText()).toBe('Live'))
      await page.getByRole('link', { name: 'shop.example.org' }).first().focus()
      await page.evaluate('window.sameDocument = true')
      const [daemon] = machine.daemons
      daemon?.run(serviceOf(2816, 2, 'fresh'))
      await page.getByRole('link', { name: 'fresh.example.org' }).first().waitFor()
      await eventually(async () => expect(await page.locator('#said').innerText()).toContain('fresh-2816 is served.'))
      expect(await page.locator('#routes tr.fresh').allInnerTexts()).toEqual([
        expect.stringContaining('fresh.example.org'),
      ])
      expect(await page.evaluate('document.activeElement.textContent')).toBe('shop.example.org')

      await daemon?.close()
      await eventually(async () => expect(await page.locator('#daemons').innerText()).toMatch(/2816\s+gone/))
      expect(await page.evaluate('window.sameDocument')).toBe(true)
      await page.close()
    })
  })

  test('who was refused asks again, and sees what changed meanwhile', async () => {
    const { server, daemons } = await start('refusing', { 3008: [serviceOf(3008, 0, 'shop')] })
    const page = await (await browser.newContext()).newPage()
    let refusals = 2
    await page.route('**/changes', (route) => (refusals-- > 0 ? route.fulfill({ status: 503 }) : route.continue()))
    await page.goto(server.url)
    await eventually(async () => expect(await page.locator('#live').innerText()).toBe('Not live: asking again …'))
    daemons[0]?.run(serviceOf(3008, 1, 'fresh'))
    await page.getByRole('link', { name: 'fresh.example.org' }).first().waitFor()
    await eventually(async () => expect(await page.locator('#live').innerText()).toBe('Live'))
    await page.close()
  })

  test('with a token it is for who has it, who stays signed in, changes included', async () => {
    const tokenFile = join(folder.path, 'token')
    await writeFile(tokenFile, TOKEN, { mode: 0o600 })
    const { server } = await start('closed', { 2944: [serviceOf(2944, 0, 'shop')] }, ['--token-file', tokenFile])
    const stranger = await open(server, '/', { httpCredentials: { username: 'ann', password: 'another' } })
    expect(await stranger.content()).not.toContain('shop')
    await stranger.close()
    wrongs.splice(0)
    const page = await open(server, '/', { httpCredentials: { username: 'ann', password: TOKEN } })
    await page.getByRole('link', { name: 'shop.example.org' }).first().waitFor()
    await eventually(async () => expect(await page.locator('#live').innerText()).toBe('Live'))
    await page.close()
  })

  test('10,000 routes: it paints, and finds', async () => {
    const networks = Array.from({ length: 20 }, (_, index) => 64_000 + 64 * index)
    const containers = (network: number): readonly ContainerSpec[] =>
      Array.from({ length: 500 }, (_, index) => {
        const name = `web${index}-${network}`
        // Services may share an address, but for their ports.
        return serviceOf(network, index % 61, name, {
          [`traefik.http.services.${name}.loadbalancer.server.port`]: String(8000 + index),
        })
      })
    const { server } = await start(
      'large',
      Object.fromEntries(networks.map((network) => [network, containers(network)])),
    )
    await eventually(async () => expect((await server.get('/health')).body).toContain('"http": 10000'), {
      deadline: 60_000,
    })
    const paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
    for (const when of ['first look', 'second look', 'third look']) {
      const page = await open(server)
      const painted = Number(
        await eventually(async () => {
          const at = await page.evaluate(paint)
          expect(at).toEqual(expect.any(Number))
          return at
        }),
      )
      const complete = Number(
        await page.evaluate('performance.timing.domComplete - performance.timing.navigationStart'),
      )
      expect(await page.locator('#routes tbody tr[data-key]').count()).toBe(50)
      const began = performance.now()
      const { body } = await server.get('/?q=web499-65216', { accept: 'text/html' })
      const searched = performance.now() - began
      expect(body).toContain('1 route found')
      process.stdout.write(
        `10,000 routes, ${when}: first paint after ${painted.toFixed(0)} ms, complete after ${complete} ms; a search takes ${searched.toFixed(0)} ms\n`,
      )
      await page.close()
    }
  })

  test('nothing went wrong in any of these pages', () => {
    expect(wrongs).toEqual([])
  })
})
