"""Which counts must be hidden so that no small count of people can be worked out. [pure]

`equations.build` makes tables from figures, `hiding.hide` makes their mask, `audit.audit` attacks it.

No page asks here yet: `dataset.suppression` hides by the primary rule alone until masks are stored with the figures.
"""
