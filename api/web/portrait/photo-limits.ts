/**
 * What of the service's limits concerns the photo in the browser.
 */

/** Of the styles that Easel ships with: a photo with a shorter side is refused. */
export const SHORT_SIDE_MIN_PX = 256;
