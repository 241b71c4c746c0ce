/** English words that a question is put together with and that no article is about. */
export const englishFillers: ReadonlySet<string> = new Set(
  (
    'a an the this that these those it its i im ive id me my mine we us our you your he she they them their there here ' +
    'is am are was were be been being do does did doing done have has had having can could will would shall should may ' +
    'might must to of in on at by for from with into onto as if so than then and or but not no nor too very just also ' +
    'what which who whom whose when where why how any some all each please hello hi thanks get got about dont doesnt ' +
    'didnt cant couldnt wont isnt arent wasnt want need like'
  ).split(' '),
);

const phrases =
  '怎么办 怎么样 怎么 怎样 如何 为什么 为何 什么时候 什么 哪里 哪儿 哪个 哪些 多少 是不是 能不能 可不可以 要不要 有没有 可以 是否 请问 你好 您好 ' +
  '我们 你们 您们 他们 它们 咱们 这个 那个 这些 那些 一下 需要 应该 想要 我想 我要 了 的 吗 呢 吧 啊 呀 我 你 您 请 和 与 是 在 把 被 给 让 就 都 还 也';

/**
 * The same in Chinese, longest first, as a splitter that keeps what it splits at. Only questions are cut with it: in an
 * article 的 may be half of 目的.
 */
export const chineseFillers = new RegExp(
  `(${phrases
    .split(' ')
    .sort((a, b) => b.length - a.length)
    .join('|')})`,
  'u',
);
