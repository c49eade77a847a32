/**
 * Makes the pictures of the dashboard that README shows, of a made-up world on the stand-ins.
 *
 *   npm run screenshots
 */
import { join } from 'node:path';
import { controlApi } from '../support/control-api.ts';
import { takePictures } from './pictures.ts';
import { playStories, SCRIPT } from './stories.ts';
import { openWorld } from './world.ts';

const FOLDER = join(import.meta.dirname, '../../docs');

await using world = await openWorld(SCRIPT);
const played = await playStories(world);
for (const file of await takePictures(world, played, FOLDER)) console.log(file);
await controlApi(world, 'POST /agents/kill-all', { reason: 'the pictures are taken' });
