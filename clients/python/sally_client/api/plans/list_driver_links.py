from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.driver_links import DriverLinks
from ...models.problem import Problem
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    *,
    x_sally_tenant: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_sally_tenant, Unset):
        headers["X-Sally-Tenant"] = x_sally_tenant



    

    

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/driver-links",
    }


    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> DriverLinks | Problem | None:
    if response.status_code == 200:
        response_200 = DriverLinks.from_dict(response.json())



        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())



        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())



        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())



        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())



        return response_404

    if response.status_code == 405:
        response_405 = Problem.from_dict(response.json())



        return response_405

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())



        return response_422

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())



        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[DriverLinks | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    x_sally_tenant: None | str | Unset = UNSET,

) -> Response[DriverLinks | Problem]:
    """ List Driver Links

     Whose hours are used for whom, and what that rests on: those that need a person first.

    Args:
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DriverLinks | Problem]
     """


    kwargs = _get_kwargs(
        x_sally_tenant=x_sally_tenant,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient,
    x_sally_tenant: None | str | Unset = UNSET,

) -> DriverLinks | Problem | None:
    """ List Driver Links

     Whose hours are used for whom, and what that rests on: those that need a person first.

    Args:
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DriverLinks | Problem
     """


    return sync_detailed(
        client=client,
x_sally_tenant=x_sally_tenant,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    x_sally_tenant: None | str | Unset = UNSET,

) -> Response[DriverLinks | Problem]:
    """ List Driver Links

     Whose hours are used for whom, and what that rests on: those that need a person first.

    Args:
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DriverLinks | Problem]
     """


    kwargs = _get_kwargs(
        x_sally_tenant=x_sally_tenant,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient,
    x_sally_tenant: None | str | Unset = UNSET,

) -> DriverLinks | Problem | None:
    """ List Driver Links

     Whose hours are used for whom, and what that rests on: those that need a person first.

    Args:
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DriverLinks | Problem
     """


    return (await asyncio_detailed(
        client=client,
x_sally_tenant=x_sally_tenant,

    )).parsed
