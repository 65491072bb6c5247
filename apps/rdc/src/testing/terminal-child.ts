import { tellError } from '@route-server/terminal'
import { colours } from '../terminal/colours.ts'
import { confirmed } from '../terminal/confirm.ts'
import { withProgress } from '../terminal/progress.ts'

/** Works in two steps, asks, and says what was answered. */
try {
  await withProgress(async ({ step, rest }) => {
    step({ what: 'looking' })
    await new Promise((go) => setTimeout(go, 200))
    step({ what: 'uploading', detail: '3 MB' })
    step({ what: 'uploading', detail: '4 MB' })
    rest()
    const answer = await confirmed('Go on?', { yes: process.argv.includes('--yes') })
    process.stdout.write(`${colours.green(answer ? 'agreed' : 'refused')}\n`)
    if (answer) step({ what: 'switching' })
    if (process.argv.includes('--fail')) throw new Error('the disk is full')
  })
} catch (error) {
  tellError('rdc', error)
}
