/**
 * `<easel-portrait key="pk_…">`: a shopper's photo in, portraits out. The service serves it as /easel-portrait.js, one
 * module without dependencies; attributes, events, parts, properties and texts stand in docs/storefront.md.
 */
import type { EaselClientOptions } from '../client/types.ts';
import { look } from './look.ts';
import { lookOfStage } from './look-stage.ts';
import type { OrderStatus } from './order.ts';
import { createSay, type OwnTexts } from './say.ts';
import { ATTRIBUTES, readSettings, readTexts } from './settings.ts';
import { createStudio, type Studio } from './studio.ts';
import { stateOf, type Take, type TakeState } from './take.ts';

/** What `easel-change` tells in its `detail`. */
export interface EaselChange {
  /** Absent until the service has given the job an id. */
  readonly jobId: string | undefined;
  readonly status: TakeState;
  readonly style: string;
  /** 512 pixels at most, for an hour; there when the portrait is. */
  readonly previewUrl: string | undefined;
  /** Whether it goes with the order as it is chosen now: with its picture, or before that is drawn. */
  readonly order: OrderStatus | undefined;
  /** Of a photo that goes with the order in place of a picture. */
  readonly uploadId: string | undefined;
}

export class EaselPortrait extends HTMLElement {
  static readonly observedAttributes = ATTRIBUTES;
  #studio: Studio | undefined;
  #starting = false;
  #texts: OwnTexts = {};
  #options: Partial<EaselClientOptions> = {};

  constructor() {
    super();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(look + lookOfStage);
    this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [sheet];
  }

  /** The theme's own texts, by the keys of docs/storefront.md. */
  get texts(): OwnTexts {
    return this.#texts;
  }

  set texts(texts: OwnTexts) {
    this.#texts = texts;
    this.#restart();
  }

  /** Options of the client beyond the attributes, such as `challenge`. */
  get options(): Partial<EaselClientOptions> {
    return this.#options;
  }

  set options(options: Partial<EaselClientOptions>) {
    this.#options = options;
    this.#restart();
  }

  /** Takes a photo as if the shopper had chosen it. */
  async choosePhoto(photo: Blob): Promise<void> {
    await this.#studio?.choosePhoto(photo);
  }

  connectedCallback(): void {
    this.#restart();
  }

  disconnectedCallback(): void {
    this.#studio?.close();
    this.#studio = undefined;
  }

  attributeChangedCallback(): void {
    this.#restart();
  }

  /** Several changes at once are one start. */
  #restart(): void {
    if (this.#starting || !this.isConnected) return;
    this.#starting = true;
    queueMicrotask(() => {
      this.#starting = false;
      if (this.isConnected) this.#start();
    });
  }

  #start(): void {
    this.#studio?.close();
    const settings = readSettings(this, this.#options);
    const say = createSay(settings.lang, { ...readTexts(this), ...this.#texts });
    this.#studio = createStudio({ settings, say, onTake: (take, order) => this.#tell(take, order) });
    this.#studio.element.lang = say.lang;
    this.shadowRoot?.replaceChildren(this.#studio.element);
  }

  #tell(take: Take, order: OrderStatus | undefined): void {
    const detail: EaselChange = {
      jobId: take.job?.id,
      status: stateOf(take),
      style: take.style.id,
      previewUrl: take.job?.output?.previewUrl,
      order,
      uploadId: take.kept?.uploadId,
    };
    this.dispatchEvent(new CustomEvent('easel-change', { detail, bubbles: true, composed: true }));
  }
}

if (!customElements.get('easel-portrait')) customElements.define('easel-portrait', EaselPortrait);
