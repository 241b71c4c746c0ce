/** Lists the files that were chosen, says which cannot be kept before they travel, and lets each be taken out again. */

for (const field of document.querySelectorAll<HTMLInputElement>('input[data-upload]')) {
  const list = document.getElementById(field.dataset.upload ?? '');
  if (list) field.addEventListener('change', () => showChosen(field, list));
}

function showChosen(field: HTMLInputElement, list: HTMLElement): void {
  for (const old of list.querySelectorAll('[data-chosen]')) old.remove();
  const files = [...(field.files ?? [])];
  const fits = (file: File, place: number): string | undefined => {
    if (file.size > Number(field.dataset.maxSize)) return field.dataset.tooLarge;
    return place >= Number(field.dataset.max) ? field.dataset.tooMany : undefined;
  };
  const faults = files.map(fits);
  list.append(...files.map((file, place) => row(field, file, faults[place])));
  // What would be refused is not sent at all.
  keep(
    field,
    files.filter((_, place) => faults[place] === undefined),
  );
}

function keep(field: HTMLInputElement, files: readonly File[]): void {
  const chosen = new DataTransfer();
  for (const file of files) chosen.items.add(file);
  field.files = chosen.files;
}

function row(field: HTMLInputElement, file: File, fault: string | undefined): HTMLElement {
  const entry = document.createElement('li');
  entry.dataset.chosen = '';
  const name = document.createElement('span');
  const size = document.createElement('span');
  size.className = 'note';
  size.textContent = ` ${fileSize(file.size, field.dataset.lang ?? 'en')}`;
  name.append(file.name, size);
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button button-plain button-icon';
  button.textContent = '×';
  button.ariaLabel = (field.dataset.remove ?? '#').replace('#', () => file.name);
  button.addEventListener('click', () => {
    keep(
      field,
      [...(field.files ?? [])].filter((other) => other !== file),
    );
    entry.remove();
    field.focus();
  });
  entry.append(document.createElement('i'), name, button);
  if (fault) {
    const said = document.createElement('p');
    said.className = 'field-error';
    said.role = 'alert';
    said.textContent = fault;
    entry.append(said);
  }
  return entry;
}

/** As the pages write it: a megabyte is 1,048,576 bytes. */
function fileSize(bytes: number, lang: string): string {
  const large = bytes >= 1024 ** 2;
  const format = new Intl.NumberFormat(lang, {
    style: 'unit',
    unit: large ? 'megabyte' : 'kilobyte',
    maximumFractionDigits: large ? 1 : 0,
  });
  return format.format(bytes / 1024 ** (large ? 2 : 1));
}
