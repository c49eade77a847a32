import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContextOptions } from 'playwright-core';
import { openScreen } from '../support/browser.ts';
import { shrinkPng } from './shrink-png.ts';
import type { Played } from './stories.ts';
import type { World } from './world.ts';

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly eyes: BrowserContextOptions;
}

const DESK = { colorScheme: 'light' } as const;
const DARK = { colorScheme: 'dark' } as const;
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 1.5 } as const;

function picturesOf({ green, red }: Played): readonly Picture[] {
  return [
    { name: 'agents', path: '/', eyes: tall(DESK, 900) },
    { name: 'task', path: `/task/${green}`, eyes: tall(DESK, 1240) },
    { name: 'gates', path: `/task/${red}`, eyes: tall(DESK, 900) },
    { name: 'queue', path: '/queue', eyes: tall(DESK, 800) },
    { name: 'repository', path: '/repositories/github/acme/storefront', eyes: tall(DESK, 900) },
    { name: 'agents-dark', path: '/', eyes: tall(DARK, 900) },
    { name: 'agents-phone', path: '/', eyes: PHONE },
  ];
}

function tall(eyes: BrowserContextOptions, height: number): BrowserContextOptions {
  return { ...eyes, viewport: { width: 1280, height } };
}

/** More would slow the page that shows them. */
const MOST_BYTES = 150_000;

/** The files that were written. */
export async function takePictures(world: World, played: Played, folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const { name, path, eyes } of picturesOf(played)) {
    await using screen = await openScreen(world, eyes);
    const { page, complaints } = screen;
    await page.goto(path);
    await page.evaluate('document.fonts.ready');
    const picture = shrinkPng(await page.screenshot({ animations: 'disabled' }));
    if (complaints.length > 0) throw new Error(`${path} shows faults in the browser:\n${complaints.join('\n')}`);
    if (picture.length > MOST_BYTES) throw new Error(`${name} has ${picture.length} bytes, more than ${MOST_BYTES}: show less of the page`);
    const file = join(folder, `${name}.png`);
    await writeFile(file, picture);
    files.push(file);
  }
  return files;
}
