"""Which counts must be hidden so that no small count of people can be worked out. [pure]

`equations.build` makes tables from figures, `hiding.hide` makes their mask, `audit.audit` attacks it.
"""
