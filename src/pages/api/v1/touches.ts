import type { APIRoute } from 'astro';

export const POST: APIRoute = async ({ locals, request }) => {
  const { app, viewer } = locals;
  const { events, isBatch } = await app.api.events(viewer, 'touch.receive', request);
  const answers = await app.receiveTouches(viewer, events);
  if (!isBatch) {
    const [answer] = answers;
    if (answer?.refusal) throw answer.refusal;
    const body = { id: answer?.id, result: answer?.result, touch: answer?.touch };
    return Response.json(body, { status: answer?.result === 'stored' ? 201 : 200 });
  }
  const count = (result: string) => answers.filter((answer) => answer.result === result).length;
  const refused = count('refused');
  const told = answers.map(({ id, result, touch, refusal }, index) => {
    const errors = refusal ? app.problemOf(refusal, locals).problem.errors : undefined;
    return { index, id, result, touch, ...(errors && { errors }) };
  });
  const body = { stored: count('stored'), known: count('known'), refused, events: told };
  return Response.json(body, { status: refused > 0 ? 207 : 200 });
};
