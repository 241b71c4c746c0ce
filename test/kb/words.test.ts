import { describe, expect, test } from 'vitest';
import { excerptOf, markWords, matcher } from '../../src/kb/search/excerpt.ts';
import { indexWords, isOneSlipAway, questionWords } from '../../src/kb/words.ts';

const terms = (text: string) => questionWords(text).map((word) => word.term);

describe('how a text is cut into words', () => {
  test.each([
    ['How can I return a chair?', ['return', 'chair']],
    ['Chairs WOBBLING', ['chair', 'wobbl']],
    ['ＡＢＣ１２ Café', ['abc12', 'cafe']],
    ['the customer’s chair', ['custom', 'chair']],
    ['CH-12', ['ch', '12', 'ch12']],
    ['what is it', ['what', 'is', 'it']],
    ['我的椅子怎么摇晃', ['椅子', '摇晃']],
    ['退货', ['退货']],
    ['退', ['退']],
    ['怎么办', ['怎么', '么办']],
    ['CH-12椅子', ['ch', '12', 'ch12', '椅子']],
    ['𠮷野家', ['𠮷野', '野家']],
    ['+ - * : ~ ^ "', []],
    ['', []],
  ])('a question: %s', (text, expected) => {
    expect(terms(text)).toEqual(expected);
  });

  test('an article holds pairs and single characters, each with its place', () => {
    const text = 'a 退货, Ｔables';
    const words = indexWords(text);
    expect(words.map(({ term, start, end }) => [term, text.slice(start, end)])).toEqual([
      ['退货', '退货'],
      ['退', '退'],
      ['货', '货'],
      ['tabl', 'Ｔables'],
    ]);
  });

  test.each([
    ['chair', 'chiar', true],
    ['chair', 'chairr', true],
    ['chair', 'chir', true],
    ['chair', 'chait', true],
    ['chair', 'chair', true],
    ['chair', 'cahri', false],
    ['chair', 'chain s', false],
    ['chair', 'cheir', true],
    ['chair', 'choice', false],
  ])('%s and %s one slip apart: %s', (a, b, expected) => {
    expect(isOneSlipAway(a, b)).toBe(expected);
    expect(isOneSlipAway(b, a)).toBe(expected);
  });
});

describe('what is marked', () => {
  const marked = (question: string, text: string, locale = 'en') => {
    const { marks } = markWords(text, matcher(questionWords(question)), locale);
    return marks.map(([start, end]) => text.slice(start, end));
  };

  test.each([
    ['wobbly chair', 'A chair wobbles; chairs do.', ['chair', 'wobbles', 'chairs']],
    ['wobbles', 'It wobbled.', ['wobbled']],
    ['wobllse', 'It wobbles.', []],
    ['wobles', 'It wobbles.', ['wobbles']],
    ['air', 'A chair.', []],
    ['CH-12', 'The CH-12 chair', ['CH-12']],
  ])('%s in %s', (question, text, expected) => {
    expect(marked(question, text)).toEqual(expected);
  });

  test.each([
    ['椅子摇晃', '椅子装好以后摇晃怎么办', ['椅子', '摇晃']],
    ['椅子晃', '桌子晃动', ['晃']],
    ['学生', '北京大学生活', []],
    ['木头开裂', '木头为什么会开裂', ['木头', '开裂']],
  ])('%s in %s', (question, text, expected) => {
    expect(marked(question, text, 'zh-cn')).toEqual(expected);
  });

  test('an excerpt is the summary, unless a place of the text holds more of what was asked', () => {
    const text = `Nothing here. ${'Filler words stand here. '.repeat(30)}Zebras eat grass. ${'More filler. '.repeat(30)}`;
    const excerpt = (question: string) =>
      excerptOf('A summary on zebras.', text, matcher(questionWords(question)), 'en').text;
    expect(excerpt('zebra')).toBe('A summary on zebras.');
    expect(excerpt('zebra grass')).toMatch(/^Zebras eat grass\. More filler\..*…$/);
    expect(excerpt('nothing of this kind')).toMatch(/^Nothing here\./);
    expect(excerpt('quantum')).toBe('A summary on zebras.');
  });

  test('an excerpt ends at a word and is about two lines long', () => {
    const match = matcher(questionWords('木头'));
    const { text } = excerptOf('木头会动'.repeat(200), '', match, 'zh-cn');
    expect(text.length).toBeGreaterThan(80);
    expect(text.length).toBeLessThan(100);
    expect(text.endsWith('…')).toBe(true);
    expect(excerptOf('x'.repeat(5_000), '', match, 'en').text.length).toBeLessThan(200);
  });
});
