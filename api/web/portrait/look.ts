/**
 * How the component looks, part one: colours, the grid, and what all parts share. It follows the page's `color-scheme`,
 * fits itself to the room that it is given and not to the window, and every colour is a property that a theme can set.
 */
export const look = `
:host {
  display: block;
  container-type: inline-size;
  --ink: var(--easel-ink, #221d18);
  --muted: var(--easel-muted, #675d53);
  --paper: var(--easel-paper, #fffdfa);
  --well: var(--easel-well, #f4eee5);
  --line: var(--easel-line, #ddd2c4);
  --accent: var(--easel-accent, #1f4f47);
  --on-accent: var(--easel-on-accent, #ffffff);
  --warn: var(--easel-warn, #8a4b08);
  --bad: var(--easel-bad, #9c2b22);
  --radius: var(--easel-radius, 14px);
  --font: var(--easel-font, inherit);
  --title-font: var(--easel-title-font, inherit);
  color: var(--ink);
  font-family: var(--font);
  font-size: 1rem;
  line-height: 1.45;
  text-align: start;
}
@supports (color: light-dark(#000, #fff)) {
  :host {
    --ink: var(--easel-ink, light-dark(#221d18, #f4ede3));
    --muted: var(--easel-muted, light-dark(#675d53, #b9ada0));
    --paper: var(--easel-paper, light-dark(#fffdfa, #211d1a));
    --well: var(--easel-well, light-dark(#f4eee5, #2a2521));
    --line: var(--easel-line, light-dark(#ddd2c4, #463e37));
    --accent: var(--easel-accent, light-dark(#1f4f47, #93d3c4));
    --on-accent: var(--easel-on-accent, light-dark(#ffffff, #0d231e));
    --warn: var(--easel-warn, light-dark(#8a4b08, #f0b56a));
    --bad: var(--easel-bad, light-dark(#9c2b22, #f5a097));
  }
}
:host([hidden]), [hidden] { display: none !important; }
*, *::before, *::after { box-sizing: border-box; }
button, input { font: inherit; color: inherit; }
p { margin: 0; }
.icon {
  width: 1.25em;
  height: 1.25em;
  flex: none;
  fill: none;
  stroke: currentColor;
  stroke-width: 1.8;
  stroke-linecap: round;
  stroke-linejoin: round;
}
.hears {
  position: absolute;
  width: 1px;
  height: 1px;
  margin: -1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

.frame {
  position: relative;
  display: grid;
  gap: 1.75rem;
  padding: var(--easel-padding, 1rem);
  background: var(--paper);
  border: 1px solid var(--line);
  border-radius: calc(var(--radius) + 6px);
}
.side, .panel { min-width: 0; }
@container (min-width: 46rem) {
  .frame {
    grid-template-columns: minmax(0, 30rem) minmax(0, 1fr);
    gap: 2.5rem;
    padding: var(--easel-padding, 2rem);
  }
}

button, .link {
  cursor: pointer;
  display: inline-flex;
  align-items: center;
  justify-content: center;
  gap: .5em;
  min-height: 2.75rem;
  border-radius: calc(var(--radius) - 4px);
  border: 1px solid transparent;
  text-decoration: none;
}
.submit {
  width: 100%;
  min-height: 3.25rem;
  background: var(--accent);
  color: var(--on-accent);
  font-weight: 600;
  font-size: 1.0625rem;
  transition: filter .15s, opacity .15s;
}
.submit:hover { filter: brightness(1.12); }
.submit[aria-disabled='true'] { background: var(--well); color: var(--muted); border-color: var(--line); cursor: default; filter: none; }
.quiet {
  padding: 0 1em;
  min-height: 2.75rem;
  background: transparent;
  border-color: currentColor;
  font-weight: 500;
}
.quiet:hover { background: color-mix(in srgb, currentColor 12%, transparent); }
.link { padding: 0 .25em; background: none; color: var(--ink); font-weight: 500; }
.link span { text-decoration: underline; text-decoration-color: var(--line); text-underline-offset: .3em; }
.link:hover span { text-decoration-color: currentColor; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
.file:focus-visible ~ * :is(.well, .change) { outline: 3px solid var(--accent); outline-offset: 3px; }

fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
legend { padding: 0; margin-bottom: .9rem; font: 600 1.0625rem/1.3 var(--title-font); }
.styles { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: .75rem; }
.style { position: relative; display: block; cursor: pointer; }
/* WebKit does not draw what :has() selects anew when its box is checked; what follows the box, it does. */
.style input { position: absolute; z-index: 1; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: pointer; }
.style-frame {
  position: relative;
  display: block;
  aspect-ratio: 4 / 5;
  overflow: hidden;
  border-radius: calc(var(--radius) - 4px);
  background: var(--well);
  box-shadow: 0 0 0 1px var(--line);
  transition: box-shadow .15s;
}
.style-frame :is(img, .no-example), .style-frame ::slotted(img) {
  display: block;
  width: 100%;
  height: 100%;
  object-fit: cover;
}
.no-example { display: grid !important; place-items: center; font: 500 2rem var(--title-font); color: var(--muted); }
.style:hover .style-frame { box-shadow: 0 0 0 2px var(--muted); }
.style :checked ~ .style-frame { box-shadow: 0 0 0 3px var(--accent); }
.style :focus-visible ~ .style-frame { outline: 3px solid var(--accent); outline-offset: 5px; }
.tick {
  position: absolute;
  inset-block-start: .5rem;
  inset-inline-end: .5rem;
  display: grid;
  place-items: center;
  width: 1.6rem;
  height: 1.6rem;
  border-radius: 50%;
  color: var(--on-accent);
  background: var(--accent);
  transform: scale(0);
  transition: transform .15s;
}
.tick .icon { stroke-width: 2.4; width: 1rem; height: 1rem; }
.style :checked ~ .style-frame .tick { transform: none; }
.style-name { display: block; min-height: 2.5em; padding-top: .45rem; font-size: .875rem; line-height: 1.25; overflow-wrap: anywhere; hyphens: auto; }
.style :checked ~ .style-name { font-weight: 600; }
.style.is-empty { cursor: default; }
.style.is-empty::before { content: ''; display: block; aspect-ratio: 4 / 5; border-radius: calc(var(--radius) - 4px); background: var(--well); }
.style.is-empty::after { content: ''; display: block; height: calc(2.5em * .875 + .45rem * .125); min-height: calc(.875rem * 2.5); }
.about { min-height: 4.35em; margin: .6rem 0 .9rem; color: var(--muted); font-size: .9375rem; }
@container (min-width: 60rem) { .styles { gap: 1rem; } .about { min-height: 2.9em; } }
.hint, .quota { display: flex; align-items: center; gap: .5em; min-height: 1.6em; font-size: .9375rem; color: var(--muted); }
.quota { margin-top: .6rem; }
.quota[data-level='3'] { color: var(--warn); font-weight: 600; }
.quota[data-level='4'] { color: var(--bad); font-weight: 600; }
.refused { min-height: 10rem; display: grid; align-content: center; justify-items: start; gap: 1rem; color: var(--bad); }
`;
