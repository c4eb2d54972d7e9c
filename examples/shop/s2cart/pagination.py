from rest_framework.pagination import PageNumberPagination


class StandardPagination(PageNumberPagination):
    """Twenty to a page; clients may ask for up to a hundred with `?page_size=`."""

    page_size_query_param = "page_size"
    max_page_size = 100
