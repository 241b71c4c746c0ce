import { Command } from 'commander';
import { diagnose, type Finding } from '../app/index.ts';
import { answer, jsonOption, type AnswerOptions } from './answer.ts';
import { exitCodes, type Verb } from './terminal.ts';

const areas: Record<Finding['area'], string> = {
  public: 'What is public, and why',
  owed: 'What is owed',
  old: 'What is old',
  setup: 'How it is set up',
};
const signs: Record<Finding['level'], string> = { ok: ' ', note: '·', wrong: '◆' };

/** `waypost doctor`: how the portal stands, and what to do. */
export const doctorCommand: Verb = (terminal, exit) =>
  new Command('doctor')
    .description(
      'Say what is public and why, what is owed, what is old, what is wrongly set, and what to do. Changes nothing.',
    )
    .option(...jsonOption)
    .action(async (options: AnswerOptions) => {
      const diagnosis = await diagnose(terminal.env, terminal.cwd);
      answer(terminal, options, diagnosis, () => linesOf(diagnosis.findings));
      exit(diagnosis.healthy ? exitCodes.done : exitCodes.failed);
    });

function linesOf(findings: readonly Finding[]): string[] {
  const wrong = findings.filter(({ level }) => level === 'wrong').length;
  return [
    ...Object.entries(areas).flatMap(([area, heading]) => {
      const its = findings.filter((finding) => finding.area === area);
      if (its.length === 0) return [];
      return [
        `${heading}:`,
        ...its.flatMap(({ level, what, todo }) => [
          `${signs[level]} ${what}`,
          ...(todo === null ? [] : [`    → ${todo}`]),
        ]),
        '',
      ];
    }),
    wrong === 0 ? 'Nothing is wrong.' : `${wrong === 1 ? 'One thing is' : `${wrong} things are`} wrong (◆).`,
  ];
}
