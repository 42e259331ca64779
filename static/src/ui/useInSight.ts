import { type RefObject, useEffect } from 'react';

/** Least height of one row of the ruler, in px, and the parts of it at which the browser tells how much is in sight. */
const ROW_PX = 48;
const PARTS = [0, 0.25, 0.5, 0.75, 1];

/**
 * Keeps an element that ends `page` at the lower edge of what is in sight. In a frame that is as high as its content `position: sticky`
 * has nothing to stick to, and where the window around it ends is told only by an intersection with its viewport (Intersection Observer
 * §2.2: the implicit root is the top-level one, across origins): a ruler of rows beside the page tells which of them can be seen.
 */
export function useInSight(element: RefObject<HTMLElement>, page: RefObject<HTMLElement>): void {
  useEffect(() => {
    const [bar, frame] = [element.current, page.current];
    if (!bar || !frame) return;
    const ruler = document.createElement('div');
    ruler.className = 'pm-ruler';
    ruler.setAttribute('aria-hidden', 'true');
    const inSight = new Map<Element, number>();
    let shift = 0;
    const place = (): void => {
      if (inSight.size === 0) return;
      const top = frame.getBoundingClientRect().top;
      const { bottom, height } = bar.getBoundingClientRect();
      const end = top + Math.max(...inSight.values());
      // Never above the page itself.
      const lowest = Math.max(end, top + height);
      shift = Math.max(0, Math.round(bottom + shift - lowest));
      bar.style.translate = shift > 0 ? `0 ${-shift}px` : '';
      bar.classList.toggle('pm-floating', shift > 0);
    };
    const observer = new IntersectionObserver(
      (entries) => {
        const { top } = frame.getBoundingClientRect();
        for (const { target, isIntersecting, intersectionRect } of entries) {
          if (isIntersecting) inSight.set(target, intersectionRect.bottom - top);
          else inSight.delete(target);
        }
        place();
      },
      { threshold: PARTS },
    );
    const measure = (): void => {
      const rows = Math.max(1, Math.floor(frame.offsetHeight / ROW_PX));
      while (ruler.childElementCount > rows && ruler.lastElementChild) {
        observer.unobserve(ruler.lastElementChild);
        inSight.delete(ruler.lastElementChild);
        ruler.lastElementChild.remove();
      }
      while (ruler.childElementCount < rows) observer.observe(ruler.appendChild(document.createElement('span')));
      place();
    };
    const sizes = new ResizeObserver(measure);
    frame.append(ruler);
    sizes.observe(frame);
    sizes.observe(bar);
    return () => {
      sizes.disconnect();
      observer.disconnect();
      ruler.remove();
    };
  }, [element, page]);
}
