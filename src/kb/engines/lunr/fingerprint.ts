import { createHash } from 'node:crypto';
import lunr from 'lunr';
import { indexWords } from '../../engine.ts';
import { audiences, fieldBoosts } from './fields.ts';

/** Rises when files are written in another form. */
const FORM = 1;

/** Something of everything that the analysis of words decides: endings, accents, codes, width, fillers, Chinese. */
const probe =
  'The chairs wobbled: wobbling, wobbly? A café’s naïve ΣΊΣΥΦΟΣ and Straße; CH-12, ＣＨ－１２, well-kept, don’t, O’Brien’s, ' +
  'relational conditional rationalization generously happily studies dying agreed hopping running 3.14 2026-11-23 x2 ' +
  'how can I get what which some any please hello about need like into onto their there with from 椅子装好以后摇晃怎么办，' +
  '退货退款的目的是 Kitewood 2号油 々〇 𠮷野家 한국어 ひらがな カタカナ ไทย العربية e\u0301tude ﬁne Ⅳ ½ ';

/** Files that were made by another version of this code or of the words' analysis say something else, and are not used. */
export function fingerprint(): string {
  const words = indexWords(probe).map(({ term, whole, start, end, han }) => [term, whole, start, end, han]);
  return createHash('sha256')
    .update(JSON.stringify([FORM, lunr.version, fieldBoosts.map(([name]) => name), audiences, words]))
    .digest('hex');
}
