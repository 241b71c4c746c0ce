/** Pictures by paste, by drop and by their field: sent at once, and shown where the caret is. */
import { source, typeBlock } from './editorText.ts';

const field = document.querySelector<HTMLInputElement>('#article-form #picture');
const alt = document.querySelector<HTMLInputElement>('#pictureAlt');
const said = document.getElementById('picture-said');

source?.addEventListener('paste', (event) => {
  const files = picturesOf(event.clipboardData);
  if (files.length === 0) return;
  event.preventDefault();
  void addAll(files);
});
source?.addEventListener('dragover', (event) => {
  if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
});
source?.addEventListener('drop', (event) => {
  if (!event.dataTransfer?.types.includes('Files')) return;
  event.preventDefault();
  void addAll(picturesOf(event.dataTransfer));
});
field?.addEventListener('change', () => {
  const files = [...(field.files ?? [])];
  // It is sent here, and not once more with the form.
  field.value = '';
  void addAll(files, alt?.value ?? '');
});

function picturesOf(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])].filter((file) => file.type.startsWith('image/'));
}

async function addAll(files: readonly File[], words = ''): Promise<void> {
  for (const file of files) await add(file, words);
}

async function add(file: File, words: string): Promise<void> {
  say(field?.dataset.sending);
  const body = new FormData();
  body.append('alt', words);
  body.append('image', file, file.name || 'image');
  const answer = await fetch('/api/staff/images', { method: 'POST', body }).catch(() => null);
  const told = (await answer?.json().catch(() => null)) as {
    markdown?: string;
    errors?: { message?: string }[];
  } | null;
  if (!answer?.ok || told?.markdown === undefined) {
    const fold = field?.closest('details');
    if (fold) fold.open = true;
    return say(told?.errors?.[0]?.message ?? field?.dataset.failed);
  }
  // The description is what is to be written next.
  if (words === '') typeBlock(told.markdown, 2, 2);
  else typeBlock(told.markdown);
  if (alt) alt.value = '';
  say(field?.dataset.added);
}

function say(text: string | undefined): void {
  if (said) said.textContent = text ?? '';
}
