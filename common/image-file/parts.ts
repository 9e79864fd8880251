/** What the walks through the three formats share. */
import type { ImagePart } from './image-file.ts';

/** An honest file has at most some thousand: PNGs in pieces of 8 KiB. More are made to keep somebody busy. */
export const PARTS_MAX = 50_000;

export interface Walk {
  readonly parts: readonly ImagePart[];
  readonly problem?: string;
}

export const CUT_OFF = 'The photo breaks off before its end.';
export const TOO_MANY_PARTS = 'The photo is stored in too many pieces.';
export const NO_SIZE = 'The header of the photo does not say how large it is.';
export const CONTRADICTION = 'The headers of the photo contradict each other.';
