"""dirichletcal's regression, with the options that make its objective calibrd's F."""

import numpy
from dirichletcal.calib.multinomial import MultinomialRegression


def regression(phi, labels, method, **options):
    """Fits ln p: the weights K×(K+1), and q. `method` is "Full", "Diag" or "FixDiag";
    reg_lambda, reg_mu and reg_format are the penalties."""
    model = MultinomialRegression(method=method, ref_row=False, initializer="identity",
                                  optimizer="newton", **options)
    model.fit(phi, labels)
    return numpy.asarray(model.weights_), numpy.asarray(model.predict_proba(phi))
