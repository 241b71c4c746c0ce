import type { Browser } from 'playwright-core';
import { launch, type ChromiumParts } from './chromiumParts.ts';
import { askService } from './services.ts';

/** A new real Chromium that shows English and Chinese; the test closes it. */
export async function launchChromium(): Promise<Browser> {
  return launch(JSON.parse(await askService('chromium')) as ChromiumParts);
}
