/**
 * How the component looks, part two: the stage with all that can be on it, and the small pictures beneath it.
 */
export const lookOfStage = `
.stage {
  position: relative;
  aspect-ratio: 4 / 5;
  overflow: hidden;
  border-radius: var(--radius);
  background: var(--well);
  isolation: isolate;
}
.stage > * { position: absolute; inset: 0; }
.photo, .before, .picture, .placeholder { width: 100%; height: 100%; object-fit: cover; }
.stage[data-state='empty'] { background: none; }

.well {
  display: flex;
  flex-direction: column;
  align-items: center;
  gap: .35rem;
  padding: 32% 1.25rem 1rem;
  text-align: center;
  cursor: pointer;
  border: 2px dashed var(--line);
  border-radius: var(--radius);
  background: var(--well);
  transition: border-color .15s;
}
.well > .icon { width: 3.25rem; height: 3.25rem; stroke-width: 1; color: var(--muted); margin-bottom: .75rem; }
.well-button {
  display: inline-grid;
  place-items: center;
  min-width: min(100%, 16rem);
  min-height: 3rem;
  padding: 0 1em;
  border-radius: calc(var(--radius) - 4px);
  background: var(--accent);
  color: var(--on-accent);
  font-weight: 600;
}
.well-drop, .well-hint { color: var(--muted); font-size: .9375rem; }
.well-hint { margin-top: 1rem; max-width: 24ch; }
.well-problem:not(:empty) { margin-top: 1rem; max-width: 34ch; color: var(--bad); font-weight: 500; }
.well:hover, .side.is-over .well { border-color: var(--accent); }
.side.is-over .stage { box-shadow: 0 0 0 4px var(--accent); }

.compare { --cut: 0%; }
.compare > * { position: absolute; inset: 0; }
.portrait { position: relative; display: block; width: 100%; height: 100%; }
.compare > .portrait { position: absolute; }
.portrait > * { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: cover; }
.picture { opacity: 0; transition: opacity .45s; }
.is-loaded > .picture { opacity: 1; }
.picture:not([src]), .placeholder[width='1'] { visibility: hidden; }
.before { clip-path: inset(0 calc(100% - var(--cut)) 0 0); }
.divider { width: 100%; height: 100%; margin: 0; opacity: 0; cursor: ew-resize; touch-action: pan-y; }
.compare .handle {
  inset: auto;
  top: 50%;
  left: clamp(1.6rem, var(--cut), calc(100% - 1.6rem));
  width: 2.6rem;
  height: 2.6rem;
  margin: -1.3rem 0 0 -1.3rem;
  display: grid;
  place-items: center;
  border-radius: 50%;
  color: #221d18;
  background: #fffdfaee;
  box-shadow: 0 1px 8px #0006;
  pointer-events: none;
}
.compare::after {
  content: '';
  position: absolute;
  inset-block: 0;
  left: var(--cut);
  width: 2px;
  margin-left: -1px;
  background: #fffdfacc;
  pointer-events: none;
}
.divider:focus-visible + .handle { outline: 3px solid var(--accent); outline-offset: 3px; box-shadow: 0 0 0 3px #fff; }
.tag {
  inset: auto !important;
  top: .75rem !important;
  padding: .15em .65em;
  border-radius: 1em;
  font-size: .8125rem;
  color: #fff;
  background: #221d18cc;
  opacity: 0;
  transition: opacity .2s;
}
.tag-before { left: .75rem !important; }
.tag-after { right: .75rem !important; }
.compare[data-both] .tag { opacity: 1; }

.stage > .veil {
  inset: auto 0 0;
  display: grid;
  justify-items: start;
  gap: .35rem;
  padding: 3.5rem 1.25rem 1.25rem;
  color: #fff;
  background: linear-gradient(#1a151000, #1a1510d9 3.25rem, #1a1510f2);
}
.veil-title { font: 600 1.1875rem/1.3 var(--title-font); }
.veil-detail { font-size: .9375rem; }
.veil-waiting .veil-title { white-space: nowrap; }
.veil-waiting .veil-detail { min-height: 4.35em; }
@container (min-width: 30rem) { .veil-waiting .veil-detail { min-height: 2.9em; } }
.veil-ended { gap: .6rem; }
.veil .quiet { margin-top: .35rem; }
.veil-buttons { display: flex; flex-wrap: wrap; gap: .25rem .75rem; }
.veil :focus-visible { outline-color: #fff; }
.stage[data-state='failed'] .photo, .stage[data-state='canceled'] .photo { filter: grayscale(1) brightness(.75); }
.stage[data-state='succeeded'] > .veil { padding: 2.5rem 1.25rem .75rem; pointer-events: none; }
.bar { width: 100%; height: 4px; margin: .35rem 0; border-radius: 2px; overflow: hidden; background: #ffffff40; }
.bar i { display: block; width: 100%; height: 100%; border-radius: 2px; background: #fff; transform-origin: 0 0; transform: scaleX(var(--done, 0)); transition: transform .2s; }
.bar.is-busy i { width: 35%; transform: none; animation: busy 1.6s ease-in-out infinite alternate; }
@keyframes busy { to { transform: translateX(186%); } }

.below { display: flex; align-items: center; justify-content: space-between; min-height: 3.25rem; gap: 1rem; }
.version { display: flex; align-items: center; gap: .75rem; min-height: 3.75rem; padding-bottom: .5rem; }
.version .quiet { flex: none; border-color: var(--line); }
.cost, .order { font-size: .875rem; line-height: 1.3; color: var(--muted); }
.order { min-height: 2.6em; margin-bottom: .75rem; }
.order[data-status] { color: var(--ink); font-weight: 500; }
.takes { list-style: none; margin: 0; padding: .25rem 0 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(5.5rem, 1fr)); gap: .75rem; }
.take { display: block; width: 100%; padding: 0; border: 0; background: none; text-align: start; font-size: .8125rem; line-height: 1.3; }
.take-frame { position: relative; display: block; aspect-ratio: 4 / 5; overflow: hidden; border-radius: calc(var(--radius) - 6px); background: var(--well); box-shadow: 0 0 0 1px var(--line); margin-bottom: .35rem; }
.take[aria-current] .take-frame { box-shadow: 0 0 0 3px var(--accent); }
.take:hover .take-frame { box-shadow: 0 0 0 2px var(--muted); }
.take[aria-current]:hover .take-frame { box-shadow: 0 0 0 3px var(--accent); }
.take-style, .take-state { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.take-style { font-weight: 600; }
.take-state { color: var(--muted); }
.sign { position: absolute; inset: 0; display: grid; place-items: center; color: var(--muted); }
.sign .icon { width: 1.75rem; height: 1.75rem; }
.sign-busy::after { content: ''; width: 1.75rem; height: 1.75rem; border-radius: 50%; border: 3px solid var(--line); border-top-color: var(--accent); animation: turn 1s linear infinite; }
@keyframes turn { to { transform: rotate(1turn); } }

@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { animation: none !important; transition: none !important; }
  .bar.is-busy i { width: 100%; opacity: .5; }
}
@media (forced-colors: active) {
  .style :checked ~ .style-frame, .take[aria-current] .take-frame { outline: 3px solid Highlight; }
  .submit, .well-button { border: 1px solid ButtonText; }
}
`;
