/**
 * Keeps a small copy of the latest photos for as long as the tab is open, so that after a reload a portrait can still be
 * compared with its photo. It leaves neither the browser nor the tab.
 */
import { toJpeg } from './photo.ts';

export interface KeptPreviews {
  keep(name: string, preview: HTMLCanvasElement): Promise<void>;
  find(name: string): Promise<HTMLCanvasElement | undefined>;
}

const PREFIX = 'easel preview ';
const KEPT_MAX = 3;
const QUALITY = 0.7;

export function createKeptPreviews(): KeptPreviews {
  return {
    async keep(name, preview) {
      try {
        const bytes = new Uint8Array(await (await toJpeg(preview, QUALITY)).arrayBuffer());
        const names = Object.keys(sessionStorage).filter(key => key.startsWith(PREFIX) && key !== PREFIX + name);
        for (const old of names.sort().slice(0, Math.max(0, names.length - KEPT_MAX + 1)))
          sessionStorage.removeItem(old);
        sessionStorage.setItem(PREFIX + name, btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), '')));
      } catch {
        // No room, or no storage at all: then there is nothing to compare with after a reload.
      }
    },
    async find(name) {
      try {
        const text = sessionStorage.getItem(PREFIX + name);
        if (text === null) return undefined;
        const bytes = Uint8Array.from(atob(text), character => character.charCodeAt(0));
        const image = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [image.width, image.height];
        canvas.getContext('2d')?.drawImage(image, 0, 0);
        return canvas;
      } catch {
        return undefined;
      }
    },
  };
}
