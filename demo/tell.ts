/** Tells the story into a folder, for a server to be started on it: `node demo/tell.ts FOLDER [NOW]`. */
import { tellStory } from './tell-story.ts'

const [folder, now] = process.argv.slice(2)
if (folder === undefined) throw new Error('Into which folder?')
const { chatIds } = await tellStory(folder, now === undefined ? Date.now() : Number(now))
console.log(JSON.stringify(Object.fromEntries(chatIds)))
