import { attributes, type Rule } from '#mail/render/rendering';

/** A picture that stands by itself, at the left, the right or in the middle. */
const wrapper =
  (align: 'left' | 'center' | 'right'): Rule =>
  (_element, out) => {
    if (out.place.inLink || out.place.inHeading) return undefined;
    out.text.block(1);
    out.block(`<div${attributes({ align, style: `margin:0 0 12px;text-align:${align}` })}>`);
    return {
      after: () => {
        out.block('</div>');
        out.text.block(1);
      },
    };
  };

export const imageWrapperMacro = {
  'image-center-wrapper': wrapper('center'),
  'image-right-wrapper': wrapper('right'),
  'image-left-wrapper': wrapper('left'),
};
