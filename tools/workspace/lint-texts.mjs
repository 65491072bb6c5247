/** Lints texts as if they stood in files: reads `[{ file, text }]`, prints the names of the rules that each breaks. */
import { ESLint } from 'eslint'
import { text } from 'node:stream/consumers'

const eslint = new ESLint()
const texts = JSON.parse(await text(process.stdin))
const broken = []
for (const { file, text } of texts) {
  const [result] = await eslint.lintText(text, { filePath: file })
  broken.push(result.messages.map(({ ruleId }) => ruleId))
}
console.log(JSON.stringify(broken))
