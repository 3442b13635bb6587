// What a page missed was too much to be told one by one: it is drawn anew in its place, as soon as the house answers.
import { fragment } from "chat/talk";
import { redraw, refused } from "chat/thread";

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;

// Returns the moment of the channel as of which it is drawn; null where there is nothing to see any more. `page.stale`
// counts how often it was said that too much was missed: as long as that goes on, what was drawn is too old again.
// `page.meanwhile` are the messages that came since: what was drawn before them and stands here after them lacks them.
export async function anew(page) {
  for (let pause = FIRST_PAUSE; page.isConnected; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    const { stale } = page;
    const address = new URL(location.href);
    address.searchParams.delete("thread");
    const answer = await fragment(address);
    if (answer?.ok && await redraw(page)) {
      page.talk.fill(await answer.text());
      if (page.stale !== stale) continue;
      for (const { dataset } of page.talk.messages()) page.number = Math.max(page.number, Number(dataset.number));
      page.talk.toEnd();
      page.stale = 0;
      page.take(page.meanwhile);
      return Number(answer.headers.get("Chat-Clock"));
    }
    if (refused(answer)) return null;
    await new Promise((done) => { setTimeout(done, pause * (0.5 + Math.random())); });
  }
  return null;
}
