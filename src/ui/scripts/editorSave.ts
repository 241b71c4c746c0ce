/** Keeps what is typed: soon after each pause, again when the line is back, and never over somebody else's text. */
import { form, valueOf } from './editorText.ts';

const PAUSE_MS = 1_200;
const AGAIN_MS = 5_000;
const parts = ['title', 'summary', 'keywords', 'source'] as const;

const said = document.getElementById('saved');
if (form && said) keepSaving(form, said);

function keepSaving(form: HTMLFormElement, said: HTMLElement): void {
  const words = said.dataset;
  const version = form.elements.namedItem('version');
  const textNow = (): string => JSON.stringify(parts.map(valueOf));
  const factsNow = (): string =>
    JSON.stringify([...form.querySelectorAll<HTMLInputElement>('.pane [name]')].map(({ value }) => value));
  // A form that came back holds what the server does not.
  let kept = words.unsaved ? '' : textNow();
  const facts = factsNow();
  // Two texts met: a person decides, not a script.
  let isHeld = document.querySelector('.conflict [data-leave]') !== null;
  let isLeaving = false;
  let timer = 0;
  let running: Promise<void> | null = null;

  const isUnsaved = (): boolean => textNow() !== kept;
  const later = (pause: number): void => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void save(), pause);
  };

  form.addEventListener('input', () => {
    if (!isUnsaved()) return;
    if (!isHeld) say(words.typing);
    later(PAUSE_MS);
  });
  window.addEventListener('online', () => void save());
  document.addEventListener('visibilitychange', () => void save());
  document.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== 's') return;
    event.preventDefault();
    form.querySelector<HTMLButtonElement>('button[value="save"]')?.click();
  });
  for (const way of document.querySelectorAll('[data-leave]')) way.addEventListener('click', () => (isLeaving = true));
  window.addEventListener('beforeunload', (event) => {
    if (!isLeaving && (isUnsaved() || factsNow() !== facts)) event.preventDefault();
  });
  window.addEventListener('pageshow', () => (isLeaving = false));
  form.addEventListener('submit', (event) => {
    clearTimeout(timer);
    if (!running) return void (isLeaving = true);
    // What is on its way comes first, else it would meet this form as somebody else's text.
    event.preventDefault();
    event.stopPropagation();
    const button = event.submitter;
    void running.finally(() => form.requestSubmit(button));
  });

  function save(): Promise<void> {
    if (isHeld || isLeaving || !isUnsaved()) return Promise.resolve();
    if (running) return running.then(save);
    running = send().finally(() => (running = null));
    return running;
  }

  async function send(): Promise<void> {
    const text = textNow();
    const body = new URLSearchParams([['version', valueOf('version')], ...parts.map((name) => [name, valueOf(name)])]);
    const answer = await fetch(words.draft ?? '', { method: 'POST', body }).catch(() => null);
    if (!answer) {
      say(words.offline);
      return later(AGAIN_MS);
    }
    if (answer.ok) {
      const saved = (await answer.json()) as { version: number; said: string };
      if (version instanceof HTMLInputElement) version.value = String(saved.version);
      kept = text;
      if (isUnsaved()) return later(PAUSE_MS);
      return say(saved.said);
    }
    if (answer.status === 409) {
      isHeld = true;
      return say(words.conflict);
    }
    if (answer.status === 401) say(words.signedOut);
    else say(words.failed);
    // What is not taken as it is will not be taken in five seconds either.
    if ([401, 429].includes(answer.status) || answer.status >= 500) later(AGAIN_MS);
  }

  function say(text: string | undefined): void {
    said.textContent = text ?? '';
    said.classList.toggle(
      'is-late',
      text !== undefined && [words.offline, words.conflict, words.signedOut, words.failed].includes(text),
    );
  }
}
