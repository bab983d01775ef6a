// A canvas as large as the box around it, sharp on every screen.
import { readTheme } from "./diagram_theme.ts";

const kSmallest = 80;

export interface CanvasFrame {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
}

/** Empty and scaled to the screen's pixels; null where the box has no room. */
export function frameOf(canvas: HTMLCanvasElement): CanvasFrame | null {
  const { clientWidth: width = 0, clientHeight: height = 0 } = canvas.parentElement ?? {};
  const context = canvas.getContext("2d");
  if (context === null || width < kSmallest || height < kSmallest) return null;
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  context.scale(devicePixelRatio, devicePixelRatio);
  context.font = `12px ${readTheme().font}`;
  return { context, width, height };
}
