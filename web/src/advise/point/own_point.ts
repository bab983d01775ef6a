// The point that somebody picked: evaluated beside the diagram, whenever it or the problem changes.
import { byId } from "../../page/dom.ts";
import type { Evaluation, Recommendation } from "../../server/answers.ts";
import { evaluate, ServerAway, wasAborted } from "../../server/api_client.ts";
import type { RequestBody } from "../../server/request_body.ts";
import { emptyPoint, failedPoint, type PointActions, pointTable } from "./point_view.ts";

export class OwnPoint {
  private readonly body = byId("point-body");
  private asking = new AbortController();
  private answer: Evaluation | null = null;

  /** What the server said of the point; null while it has not, and where there is none. */
  evaluation(): Evaluation | null {
    return this.answer;
  }

  stop(): void {
    this.asking.abort();
  }

  clear(): void {
    this.stop();
    this.answer = null;
    this.body.replaceChildren(...emptyPoint());
  }

  /** False where another point has taken its place meanwhile. */
  async show(request: RequestBody, advised: Recommendation | null, actions: PointActions, away: () => void): Promise<boolean> {
    this.stop();
    this.asking = new AbortController();
    this.answer = null;
    try {
      this.answer = await evaluate(request, this.asking.signal);
      this.body.replaceChildren(...pointTable(this.answer, advised, actions));
    } catch (error) {
      if (wasAborted(error)) return false;
      if (error instanceof ServerAway) away();
      else this.body.replaceChildren(...failedPoint(error));
    }
    return true;
  }
}
